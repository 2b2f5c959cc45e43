/** The audit log: every change of state and every authority decision, appended in the transaction that makes it. */
@ApplicationModule(allowedDependencies = {"contract", "problem"})
@NullMarked
package dev.alloy.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
