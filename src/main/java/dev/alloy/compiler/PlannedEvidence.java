package dev.alloy.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of what would prove that a capability was kept. Source: compiler.md, “Input”.
 *
 * @param key its id within the intent, unique over required and suggested evidence
 * @param statement what has to be true
 * @param kind {@code automated_test}, {@code static_check}, {@code trace} or {@code human_review}
 * @param required whether the plan requires it, or only suggests it
 * @param gate name of the gate that decides it, or null
 * @param capabilityIds the protected capabilities it speaks for
 */
public record PlannedEvidence(
        String key,
        String statement,
        String kind,
        boolean required,
        @Nullable String gate,
        List<String> capabilityIds) {

    /** Copies the list. */
    public PlannedEvidence {
        capabilityIds = List.copyOf(capabilityIds);
    }

    /** Whether only a gate could observe it, and none is named: a machine will stay silent about it. */
    boolean isUnobservable() {
        return gate == null && (kind.equals("automated_test") || kind.equals("static_check"));
    }
}
