/**
 * Where the data lives: an embedded PostgreSQL when no database is configured, and the check that any database keeps what
 * it has promised to keep.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.alloy.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
