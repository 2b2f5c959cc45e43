@ApplicationModule(allowedDependencies = {})
package dev.planted.modules.open;

import org.springframework.modulith.ApplicationModule;
