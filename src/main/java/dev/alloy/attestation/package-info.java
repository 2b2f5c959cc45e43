/** Signed statements about approvals and runs, in formats that supply chain tools read. Source: outcome.md, “The audit answer”. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "account",
            "compilation",
            "contract",
            "installation",
            "outcome",
            "problem",
            "run",
            "signing",
            "trace"
        })
@NullMarked
package dev.alloy.attestation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
