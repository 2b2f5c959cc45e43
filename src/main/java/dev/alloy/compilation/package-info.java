/** Stores and serves what the compiler made, and takes approvals of it. Source: domain.md, compiler.md, access.md. */
@ApplicationModule(
        allowedDependencies = {
            "access",
            "audit",
            "compiler",
            "contract",
            "contract :: foundry",
            "database",
            "http",
            "installation",
            "problem"
        })
@NullMarked
package dev.alloy.compilation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
