package dev.alloy.compilation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an approval says of repository revisions other than the approved one. Source: access.md, “Rules”. */
public enum DriftPolicy {
    /** Only the approved revision runs. */
    EXACT,
    /** Another revision runs, and is recorded. */
    ANY_RECORDED;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
