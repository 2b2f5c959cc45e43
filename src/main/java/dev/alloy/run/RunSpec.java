package dev.alloy.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks to run.
 *
 * @param formationBriefId the brief
 * @param throttle how far Foundry may go, never above the brief's; null for the brief's
 * @param promptPackId the prompt pack; null for the brief's newest
 * @param runnerId the only runner that may have it; null for any
 * @param expiresAt after this instant it is not offered any more; null for no such instant
 */
public record RunSpec(
        String formationBriefId,
        @Nullable String throttle,
        @Nullable String promptPackId,
        @Nullable String runnerId,
        @Nullable Instant expiresAt) {

    /** Keeps the instant as exactly as the database does, so that the same order again is equal to what was stored. */
    public RunSpec {
        expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
    }
}
