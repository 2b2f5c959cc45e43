/**
 * The wire contract: strict JSON, canonical JSON and digests, document schemas. Plain Java without Spring or JPA, so
 * the compiler and the runner can use it alone.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.alloy.contract;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
