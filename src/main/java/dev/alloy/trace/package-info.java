/** Traces of what Foundry did: imported in its own formats, stored as received, summarised, and held against the run. Source: outcome.md, “Traces”. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "contract",
            "contract :: foundry",
            "database",
            "http",
            "installation",
            "problem",
            "run"
        })
@NullMarked
package dev.alloy.trace;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
