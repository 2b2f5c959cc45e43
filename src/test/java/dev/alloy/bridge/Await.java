package dev.alloy.bridge;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that somebody else brings about. */
final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Await() {}

    static void until(BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not come to be in time.");
            }
            Pause.of(Duration.ofMillis(10));
        }
    }
}
