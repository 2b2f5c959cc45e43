/**
 * What a refusal looks like: the registry of problem types and the one place that renders them as RFC 9457 documents, also
 * for errors raised before a controller is reached.
 */
@ApplicationModule(allowedDependencies = "contract")
@NullMarked
package dev.alloy.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
