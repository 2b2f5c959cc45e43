package dev.alloy.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that somebody else brings about, and leaves the processor to them meanwhile. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private Await() {}

    /** Waits half a minute at most. */
    public static void until(BooleanSupplier holds) {
        until(PATIENCE, holds);
    }

    /** Waits some time at most. */
    public static void until(Duration patience, BooleanSupplier holds) {
        long end = System.nanoTime() + patience.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not come about in " + patience.toSeconds() + " seconds.");
            }
            pause();
        }
    }

    /** A moment between two looks. */
    static void pause() {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
}
