/**
 * The conventions that every endpoint shares: how bodies are read, lists are paged, versions are tagged and transport retries
 * are replayed. Source: contract.md, “HTTP conventions”.
 */
@ApplicationModule(allowedDependencies = {"contract", "database", "problem"})
@NullMarked
package dev.alloy.http;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
