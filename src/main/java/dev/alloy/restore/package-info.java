/**
 * Notices that the database is at an earlier moment than this service knew, and keeps what may have started since from starting again. Source:
 * docs/operations.md, “Ways back”.
 */
@ApplicationModule(allowedDependencies = {"access", "audit", "database", "run", "trail"})
@NullMarked
package dev.alloy.restore;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
