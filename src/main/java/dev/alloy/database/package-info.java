/** The database under the service: an embedded PostgreSQL where none is configured, its clock, and keys for its rows. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.alloy.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
