/** Pages for people: the same services, asked as the person who signed in. Source: docs/console.md. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "account",
            "attestation",
            "audit",
            "compilation",
            "compiler",
            "contract",
            "contract :: foundry",
            "database",
            "http",
            "installation",
            "outcome",
            "problem",
            "run",
            "runner",
            "signing",
            "trace",
            "trail"
        })
@NullMarked
package dev.alloy.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
