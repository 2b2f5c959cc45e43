/** Keys of this replica and of all others, and signatures that tools other than ours can verify. Source: outcome.md, “The audit answer”. */
@ApplicationModule(allowedDependencies = {"access", "audit", "contract", "database"})
@NullMarked
package dev.alloy.signing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
