/**
 * The reference runner: a program of its own that happens to share the jar. Polls Alloy, drives a Foundry beside it, reports what it did.
 * Without Spring; of the service it knows the wire contract only. Source: dispatch.md, “Runner protocol”; foundry.md.
 */
@ApplicationModule(allowedDependencies = {"contract", "contract :: foundry"})
@NullMarked
package dev.alloy.bridge;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
