package dev.alloy.compilation;

import dev.alloy.access.Project;
import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.RepoContext;
import dev.alloy.installation.Installation;

/** What a brief is stored from. */
record NewBrief(
        String id,
        int ordinal,
        Project project,
        Installation installation,
        RepoContext repo,
        byte[] intent,
        Compilation compilation,
        String report) {}
