package dev.alloy.compilation;

import org.jspecify.annotations.Nullable;

/**
 * A run that waits, held against one approval.
 *
 * @param fits whether the approval lets it go on
 * @param code why it does not, in the codes of the dispatch explanation; null when it does
 * @param because the same in words; null when it does
 */
public record WaitingRun(
        String runRequestId,
        boolean fits,
        @Nullable String code,
        @Nullable String because) {}
