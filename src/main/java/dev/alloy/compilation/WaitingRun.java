package dev.alloy.compilation;

import org.jspecify.annotations.Nullable;

/**
 * A run that waits, held against one approval.
 *
 * @param fits whether the approval lets it go on
 * @param code what the run waits for now, as the first blocker of its dispatch explanation says; null when it fits
 * @param because why this approval does not let it go on, in words; null when it does
 */
public record WaitingRun(
        String runRequestId,
        boolean fits,
        @Nullable String code,
        @Nullable String because) {}
