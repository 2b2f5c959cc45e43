package dev.alloy.compiler;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The phases a prompt pack has a document for, in the order of the pack. Source: compiler.md, “Output”. */
public enum Phase {
    /** Find the most valuable discrepancy between code and intent. */
    ASSESSMENT,
    /** Accept only what matters and can be shown. */
    TRIAGE,
    /** Decide the steps, and what stops the run. */
    PLANNING,
    /** Change the code within its bounds. */
    EXECUTION,
    /** Judge the change in the words of the intent. */
    REVIEW,
    /** Repair failed gates and missing evidence, nothing else. */
    RETRY,
    /** Tell people what happened. */
    SUMMARIZATION,
    /** Ask what the intent itself missed. */
    INTENT_FEEDBACK;

    /** The name in documents, such as {@code intent_feedback}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a phase; empty when it is none of these. */
    public static Optional<Phase> parse(@Nullable String text) {
        return Stream.of(values()).filter(phase -> phase.wire().equals(text)).findFirst();
    }

    /** Where the document stands in a working copy. */
    public String path() {
        return ".alloy/prompts/" + wire() + ".md";
    }
}
