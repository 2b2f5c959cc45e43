package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who looks after streams, how often, and what a reader that does not read does to others. */
class RunStreamsTests {

    private static final String ACME = "acme";
    private static final String OTHER = "other";
    private static final int WORDS = 8;

    /** Every five seconds, and a word takes a quarter of one. */
    private static final int SWEEPS = 2;

    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger looksAtHealthy = new AtomicInteger();
    private final Semaphore read = new Semaphore(0);
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final RunStreams streams = new RunStreams(new OneRun(), new OneWord(), settings());

    @BeforeEach
    void start() {
        streams.start();
    }

    @AfterEach
    void stop() {
        goesOn.countDown();
        streams.stop();
    }

    /** Each look once made the next one, four times a second, for as long as the reader did not read. */
    @Test
    void aReaderThatDoesNotReadMakesNobodyLookAgain() throws Exception {
        follow(ACME, "stalled", () -> {
            stalled.countDown();
            await(goesOn);
        });
        await(stalled);
        follow(ACME, "healthy", () -> {});
        follow(OTHER, "other", read::release);
        read.acquire();
        streams.wake(ACME);
        int before = looksAtHealthy.get();

        // While this is read, a second and more goes by.
        for (int i = 0; i < WORDS; i++) {
            streams.wake(OTHER);
            assertThat(read.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(looksAtHealthy.get() - before).isLessThanOrEqualTo(1 + SWEEPS);
    }

    @Test
    void whatHappenedWhileAStreamWasWrittenToIsToldWhenThatIsDone() throws Exception {
        AtomicInteger told = new AtomicInteger();
        follow(ACME, "slow", () -> {
            if (told.incrementAndGet() == 1) {
                stalled.countDown();
                await(goesOn);
            }
            read.release();
        });
        await(stalled);
        streams.wake(ACME);
        goesOn.countDown();

        assertThat(read.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
    }

    private void follow(String organization, String run, Runnable reader) {
        var caller = new Caller(Caller.Kind.PERSON, organization, run, "tok_" + run, Set.of(), null);
        streams.open(
                caller,
                run,
                0,
                event -> {
                    reader.run();
                    return event.id();
                },
                null);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RunSettings settings() {
        Duration second = Duration.ofSeconds(1);
        return new RunSettings(second, second, second, second, second, 1, 1, second, 1, 1_000);
    }

    private static final class OneRun extends Runs {

        @SuppressWarnings("NullAway") // It asks nobody.
        OneRun() {
            super(null, null, null, null);
        }

        @Override
        public RunRequest get(Caller caller, String id) {
            return new RunRequest() {
                @Override
                public String id() {
                    return id;
                }

                @Override
                public String organizationId() {
                    return String.valueOf(caller.organizationId());
                }
            };
        }
    }

    /** Something new at each look, for everybody. */
    private final class OneWord extends RunNews {

        @SuppressWarnings("NullAway") // It asks no database.
        OneWord() {
            super(null);
        }

        @Override
        public Map<Integer, News> of(List<Follower> followers, int most) {
            Map<Integer, News> news = new HashMap<>();
            for (int i = 0; i < followers.size(); i++) {
                if (followers.get(i).runRequestId().equals("healthy")) {
                    looksAtHealthy.incrementAndGet();
                }
                var event = new RunEvent(
                        lastId.incrementAndGet(), "seen", null, null, null, null, "test", "{}", null, Instant.EPOCH);
                news.put(i, new News(true, RunStatus.EXECUTING, List.of(event)));
            }
            return news;
        }
    }
}
