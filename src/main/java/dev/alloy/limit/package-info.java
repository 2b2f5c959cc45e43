/**
 * How much of a replica a token and an organization may take: a rate, and a share of what is served at a time, so one
 * noisy organization does not delay another's calls.
 */
@ApplicationModule(allowedDependencies = {"access", "database", "http", "problem"})
@NullMarked
package dev.alloy.limit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
