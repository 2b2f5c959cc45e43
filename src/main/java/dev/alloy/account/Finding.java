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
public record Finding(
        String category,
        String code,
        String message,
        boolean informational,
        @Nullable String gate) {

    static Finding safety(String code, String message) {
        return new Finding("safety", code, message, false, null);
    }

    static Finding ofGate(String code, String message, String gate) {
        return new Finding("safety", code, message, false, gate);
    }

    static Finding execution(String code, String message) {
        return new Finding("execution", code, message, false, null);
    }

    static Finding informational(String code, String message) {
        return new Finding("execution", code, message, true, null);
    }
}
