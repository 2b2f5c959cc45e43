package dev.alloy.account;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who saw a fact, the strongest first. Source: witnesses.md, “Who saw what”. */
public enum Witness {
    /** Foundry's own trace file, with event ids that are digests of their content, sent by the run's runner. */
    TRACE,
    /** What the runner read from the working copy with its own eyes: the {@code observed} member of a result. */
    OBSERVED,
    /** The rest of the runner's result. */
    REPORT,
    /** A trace that the runner summarized, or printed as text. */
    SUMMARY,
    /** Foundry's completion callback. */
    CALLBACK,
    /** A person: an observation, or an uploaded trace. */
    PERSON,
    /** Nobody. */
    NONE;

    /** The name in documents. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the name in documents; it must be one. */
    public static Witness of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** Whether this one counts more than the other. */
    boolean isStrongerThan(Witness other) {
        return compareTo(other) < 0;
    }
}
