/** Reading the audit log, within the reader's reach. {@code audit} appends to it. Source: outcome.md, “Audit log”. */
@ApplicationModule(allowedDependencies = {"access", "audit", "contract", "database", "http", "problem", "signing"})
@NullMarked
package dev.alloy.trail;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
