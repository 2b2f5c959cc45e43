package dev.alloy.account;

import org.jspecify.annotations.Nullable;

/**
 * Where one evidence definition stands, before any waiver.
 *
 * @param key of the definition
 * @param status {@code passing}, {@code failing}, {@code unknown}, {@code required}, {@code proposed} or {@code obsolete}
 * @param because why, for people
 * @param witness the strongest witness of that
 * @param simulatedStatus what a simulation said of it; null where nothing was simulated, or it said nothing
 */
public record EvidenceStanding(
        String key,
        String status,
        String because,
        Witness witness,
        @Nullable String simulatedStatus) {

    static final String PASSING = "passing";
    static final String FAILING = "failing";
    static final String UNKNOWN = "unknown";

    EvidenceStanding unknown(String why) {
        return new EvidenceStanding(key, UNKNOWN, why, Witness.NONE, null);
    }

    boolean isKnown() {
        return status.equals(PASSING) || status.equals(FAILING);
    }
}
