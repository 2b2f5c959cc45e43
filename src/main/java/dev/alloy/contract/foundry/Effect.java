package dev.alloy.contract.foundry;

import java.util.Locale;

/** Whether a run can change anything. What is unknown is mutating. Source: domain.md, “Words”. */
public enum Effect {
    /** Nothing in the repository or outside is changed. */
    READ_ONLY,
    /** Something may be changed, or it is unknown. */
    MUTATING;

    /** The name in documents: {@code read_only} or {@code mutating}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
