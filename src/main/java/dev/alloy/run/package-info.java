/** Run requests: one row, one state machine, from the request to its end. Source: dispatch.md. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "compilation",
            "compiler",
            "contract",
            "contract :: foundry",
            "database",
            "http",
            "installation",
            "problem",
            "runner"
        })
@NullMarked
package dev.alloy.run;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
