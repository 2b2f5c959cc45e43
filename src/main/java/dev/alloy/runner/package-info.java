/** Registered runners: the processes beside the code that poll for work. */
@ApplicationModule(allowedDependencies = {"access", "audit", "contract", "database", "http", "installation", "problem"})
@NullMarked
package dev.alloy.runner;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
