/** Foundries that can be targeted and what each of them can really do. */
@ApplicationModule(allowedDependencies = {"access", "audit", "contract", "database", "http", "problem"})
@NullMarked
package dev.alloy.installation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
