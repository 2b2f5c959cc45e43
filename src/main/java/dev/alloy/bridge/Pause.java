package dev.alloy.bridge;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Waits between tries. */
final class Pause {

    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final long LONGEST_MS = 30_000;

    private Pause() {}

    /** Waits so long, unless the thread is interrupted: then whatever it was doing is given up. */
    static void of(Duration time) {
        until(NEVER, time);
    }

    /** Waits so long, or until the latch opens. */
    static void until(CountDownLatch latch, Duration time) {
        try {
            if (latch.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /**
     * How long to wait before the next try: longer each time up to half a minute, and each time by chance, so runners
     * that lost the server together do not come back together.
     *
     * @param tries how many there were, from 1
     */
    static Duration before(int tries) {
        long most = Math.min(LONGEST_MS, 500L << Math.min(tries - 1, 6));
        return Duration.ofMillis(most / 4 + ThreadLocalRandom.current().nextLong(most * 3 / 4 + 1));
    }
}
