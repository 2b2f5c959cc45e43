/**
 * Tells whether a runner keeps the runner protocol: plays the server and Foundry, starts any runner as a process and judges what it does.
 * A program of its own that happens to share the jar. Without Spring; of the service it knows the wire contract only. Source: dispatch.md,
 * “Runner protocol”; foundry.md.
 */
@ApplicationModule(allowedDependencies = {"contract", "contract :: foundry", "bridge :: wire"})
@NullMarked
package dev.alloy.conformance;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
