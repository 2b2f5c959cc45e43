/** How operators watch the service: its health on the port that everybody reaches, all else on a port of its own. */
@ApplicationModule(allowedDependencies = {"database"})
@NullMarked
package dev.alloy.monitoring;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
