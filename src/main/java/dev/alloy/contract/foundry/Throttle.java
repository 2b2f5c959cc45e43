package dev.alloy.contract.foundry;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far Foundry may go, in ascending order of power. {@link #AUDIT_ONLY} already edits the tree. Source: domain.md, “Words”,
 * and foundry.md, traps 1 and 2.
 */
public enum Throttle {
    /** Mutators are simulated. */
    DRY_RUN,
    /** Mutators execute, but what they report is not delivered: nothing verifies or commits their edits. */
    AUDIT_ONLY,
    /** Everything executes. */
    FULL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in documents: {@code dry_run}, {@code audit_only} or {@code full}. */
    public String wire() {
        return wire;
    }

    /**
     * Reads a name strictly. Foundry takes every unknown name for {@code full}, so nothing is guessed here: other case,
     * ordinals and blanks are empty.
     */
    public static Optional<Throttle> parse(@Nullable String text) {
        for (Throttle throttle : values()) {
            if (throttle.wire.equals(text)) {
                return Optional.of(throttle);
            }
        }
        return Optional.empty();
    }

    /** Whether this mode lets Foundry do more than the other. */
    public boolean isAbove(Throttle other) {
        return compareTo(other) > 0;
    }
}
