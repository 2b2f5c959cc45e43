package dev.alloy.compilation;

import dev.alloy.access.Project;
import dev.alloy.compiler.Compilation;

/** What a brief is stored from. */
record NewBrief(String id, int ordinal, CompiledRequest prepared, byte[] intent, String report) {

    Project project() {
        return prepared.project();
    }

    Compilation compilation() {
        return prepared.compilation();
    }
}
