package dev.alloy.run;

import org.jspecify.annotations.Nullable;

/**
 * How a run ends.
 *
 * @param status a terminal state
 * @param failure why, exactly when it failed
 * @param foundryRunId Foundry's own id of the run; null when not told
 * @param retryCount Foundry's own retries; null when not told
 * @param simulated whether the runner only played the run
 * @param resultId the result that ends it; null where there is none
 * @param claimedStatus how that result says the run ended; null where there is none
 */
public record RunEnding(
        RunStatus status,
        @Nullable Failure failure,
        @Nullable String foundryRunId,
        @Nullable Integer retryCount,
        boolean simulated,
        @Nullable String resultId,
        @Nullable RunStatus claimedStatus) {

    /** Refuses an ending that would not end, and a failure without a reason. */
    public RunEnding {
        if (!status.isTerminal() || (status == RunStatus.FAILED) != (failure != null)) {
            throw new IllegalArgumentException("Not an ending: " + status + ", failure " + failure);
        }
    }
}
