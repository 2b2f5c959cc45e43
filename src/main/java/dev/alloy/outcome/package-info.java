/** What came back: results kept as received, checked against what was approved, and read as evidence. Source: outcome.md. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "account",
            "audit",
            "compilation",
            "compiler",
            "contract",
            "contract :: foundry",
            "database",
            "http",
            "installation",
            "problem",
            "run",
            "runner",
            "trace"
        })
@NullMarked
package dev.alloy.outcome;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
