package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Renews the lease of one attempt in its own thread, and receives the server's directives. Before each act the lease is
 * checked: it no longer holds when it could not be renewed for the time the server said, whatever the server may think
 * by then.
 */
final class LeaseKeeper implements AutoCloseable {

    private final RunHandle run;
    private final Duration heartbeat;
    private final Duration selfAbort;
    private final AtomicLong renewedAt;
    private final AtomicLong cancelAt = new AtomicLong(Long.MAX_VALUE);
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicBoolean drain = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::keep, "lease");
    private volatile @Nullable BridgeStopped stopped;

    /**
     * @param terms the member {@code lease} of what accepting answered
     * @param renewedAt {@link System#nanoTime} from before the lease was asked for
     */
    LeaseKeeper(RunHandle run, JsonNode terms, long renewedAt) {
        this.run = run;
        this.heartbeat = seconds(terms.path("heartbeat_seconds").asLong(25));
        this.selfAbort = seconds(terms.path("self_abort_seconds").asLong(60));
        this.renewedAt = new AtomicLong(renewedAt);
        thread.setDaemon(true);
    }

    /** A day is longer than anything that is meant. */
    private static Duration seconds(long told) {
        return Duration.ofSeconds(Math.min(Math.max(1, told), 86_400));
    }

    /** Begins to renew it. */
    LeaseKeeper start() {
        thread.start();
        return this;
    }

    /** Renews it once, here and now; a lease from before a crash is good again only by this. */
    void renew() {
        beat();
    }

    private void keep() {
        try {
            for (int failures = 0; ; ) {
                Duration pause = failures == 0 ? jittered(heartbeat) : shorter(Pause.before(failures), heartbeat);
                Pause.until(closed, pause);
                if (closed.getCount() == 0 || gone.get()) {
                    return;
                }
                failures = beat() ? 0 : failures + 1;
            }
        } catch (CancellationException e) {
            gone.set(true);
        }
    }

    private boolean beat() {
        long asked = System.nanoTime();
        try {
            JsonNode answer = run.heartbeat(Patience.of(1));
            renewedAt.set(asked);
            switch (answer.path("directive").asString("")) {
                case "cancel" ->
                    cancelAt.compareAndSet(
                            Long.MAX_VALUE,
                            System.nanoTime()
                                    + Duration.ofSeconds(
                                                    answer.path("grace_seconds").asLong(0))
                                            .toNanos());
                case "drain" -> drain.set(true);
                default -> {
                    // Go on.
                }
            }
            return true;
        } catch (RequestRejected e) {
            gone.set(true);
            return false;
        } catch (BridgeStopped e) {
            stopped = e;
            gone.set(true);
            return false;
        } catch (NoResponse e) {
            return false;
        }
    }

    /** Never longer than said, so a lease is not missed by a hair. */
    private static Duration jittered(Duration time) {
        return time.minusMillis(ThreadLocalRandom.current().nextLong(time.toMillis() / 5 + 1));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Whether the attempt is still ours, as far as can be known. */
    boolean isGood() {
        return !gone.get() && System.nanoTime() - renewedAt.get() < selfAbort.toNanos();
    }

    /** Whether a person called the run off. */
    boolean isCancelled() {
        return cancelAt.get() != Long.MAX_VALUE;
    }

    /** Whether the time that a person leaves for stopping is over. */
    boolean isGraceOver() {
        return isCancelled() && System.nanoTime() - cancelAt.get() >= 0;
    }

    /** Whether the runner is to take no more. */
    boolean isDraining() {
        return drain.get();
    }

    /** Why the key is no longer accepted; null while it is. */
    @Nullable
    BridgeStopped stopped() {
        return stopped;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
