@ApplicationModule(allowedDependencies = {})
package dev.planted.modules.secretive;

import org.springframework.modulith.ApplicationModule;
