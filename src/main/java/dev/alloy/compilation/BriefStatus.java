package dev.alloy.compilation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Lifecycle of a compiled brief. Its content never changes. Source: domain.md, “Lifecycles”. */
public enum BriefStatus {
    /** Fresh from the compiler. */
    COMPILED,
    /** It was approved at least once. */
    APPROVED,
    /** Taken out of use after it was approved. Final. */
    ARCHIVED,
    /** Turned down. Final. */
    REJECTED;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of this wire name; the name must be one. */
    public static BriefStatus of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** Whether it can be approved and run. */
    public boolean isInUse() {
        return this == COMPILED || this == APPROVED;
    }
}
