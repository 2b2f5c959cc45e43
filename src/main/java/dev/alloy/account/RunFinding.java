package dev.alloy.account;

import org.jspecify.annotations.Nullable;

/**
 * Something about a run that a person should know.
 *
 * @param category as of failures, such as {@code safety}
 * @param code stable cause within the category, such as {@code gate-skipped}
 * @param message the same as a sentence
 * @param informational whether it lowers neither status nor evidence
 * @param gate the gate it concerns; null for none
 */
public record RunFinding(
        String category,
        String code,
        String message,
        boolean informational,
        @Nullable String gate) {

    static RunFinding safety(String code, String message) {
        return new RunFinding("safety", code, message, false, null);
    }

    static RunFinding ofGate(String code, String message, String gate) {
        return new RunFinding("safety", code, message, false, gate);
    }

    static RunFinding execution(String code, String message) {
        return new RunFinding("execution", code, message, false, null);
    }

    static RunFinding informational(String code, String message) {
        return new RunFinding("execution", code, message, true, null);
    }
}
