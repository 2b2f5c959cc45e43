package dev.alloy.compiler;

import java.util.Locale;

/** How a run reaches Foundry. Source: compiler.md, last paragraphs of “Compile to the lowest compatible target”. */
public enum TargetMode {
    /** A runner pulls; Foundry resolves brief, pack and overlay itself. */
    NATIVE,
    /** A runner pulls and materializes what Foundry cannot resolve. */
    RUNNER_PULL,
    /** A bridge drives the command line. */
    CLI_ADAPTER,
    /** Nothing is dispatched: a person takes the bundle. */
    MANUAL_PROJECTION;

    /** The name in documents, such as {@code manual_projection}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
