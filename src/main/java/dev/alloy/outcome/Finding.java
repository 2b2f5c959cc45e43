package dev.alloy.outcome;

import org.jspecify.annotations.Nullable;

/**
 * Something about a result that a person should look at.
 *
 * @param category as of failures, such as {@code safety}
 * @param code what it is, such as {@code gate-skipped}
 * @param detail the same as a sentence
 * @param gate the gate it concerns; null for none
 */
record Finding(
        String category,
        String code,
        String detail,
        @Nullable String gate) {

    static Finding safety(String code, String detail, @Nullable String gate) {
        return new Finding("safety", code, detail, gate);
    }
}
