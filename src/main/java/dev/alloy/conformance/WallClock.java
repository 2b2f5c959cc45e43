package dev.alloy.conformance;

import java.time.Instant;

/** The time of the programs that are played here. No two readings are alike, so no two events have the same id. */
final class WallClock {

    private static Instant last = Instant.EPOCH;

    private WallClock() {}

    static synchronized Instant now() {
        Instant read = Instant.now();
        last = read.isAfter(last) ? read : last.plusNanos(1);
        return last;
    }
}
