package dev.alloy.conformance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Polls for what sends no signal when it happens. */
final class Waiting {

    private static final int PERIOD_MILLIS = 20;

    private Waiting() {}

    /** Looks again and again until what it sees is right, or time is over; answers what it saw last. */
    static <T> T until(Duration patience, Supplier<T> look, Predicate<T> isRight) {
        long deadline = System.nanoTime() + patience.toNanos();
        T seen = look.get();
        while (!isRight.test(seen) && System.nanoTime() < deadline) {
            pause(Duration.ofMillis(PERIOD_MILLIS));
            seen = look.get();
        }
        return seen;
    }

    /** Lets time pass, since some things are shown only by not happening. */
    static void pause(Duration time) {
        try {
            boolean never = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
            if (never) {
                throw new IllegalStateException("This latch is never counted down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
