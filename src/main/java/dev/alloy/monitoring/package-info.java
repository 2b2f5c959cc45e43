/** How operators watch the service: its health on the public port, all else on a port of its own. */
@ApplicationModule(allowedDependencies = {"database"})
@NullMarked
package dev.alloy.monitoring;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
