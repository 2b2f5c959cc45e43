package dev.alloy.compilation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What has become of a brief's target since it was compiled. */
public enum TargetStanding {
    /** The installation still reports what the brief was compiled for. */
    CURRENT,
    /** It reports something else, for which every decision would be the same. */
    STILL_GOOD,
    /** It reports something for which a decision would be another, or is retired: the brief is not dispatched. */
    STALE,
    /** What it reported last cannot be read here: the brief is not dispatched until that is fixed. */
    UNKNOWN;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether runs of the brief may be dispatched. */
    public boolean holds() {
        return this == CURRENT || this == STILL_GOOD;
    }
}
