package dev.alloy.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatedTaskTests {

    private static final Duration LONG = Duration.ofMinutes(10);

    /** Fails in the worst way each time. */
    private static final class Failing extends RepeatedTask {

        private final CountDownLatch times = new CountDownLatch(3);

        Failing() {
            super("failing", Duration.ofMillis(50));
        }

        @Override
        protected void perform() {
            times.countDown();
            throw new OutOfMemoryError("not really");
        }
    }

    @Test
    void goesOnWhateverIsThrown() throws Exception {
        var task = new Failing();
        task.start();
        try {
            assertThat(task.times.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(task.isStuck()).isFalse();
        } finally {
            task.stop();
        }
    }

    @Test
    void isStuckWhenItDoesNotComeToAnEnd() {
        var task = new RepeatedTask("hanging", Duration.ofHours(1)) {
            @Override
            protected void perform() {
                // Its time does not come in this test.
            }
        };
        task.start();
        try {
            assertThat(task.isStuck(System.nanoTime() + LONG.toNanos())).isFalse();
            assertThat(task.isStuck(
                            System.nanoTime() + Duration.ofHours(1).plus(LONG).toNanos()))
                    .isTrue();
        } finally {
            task.stop();
        }
        assertThat(task.isStuck(System.nanoTime() + Duration.ofDays(1).toNanos()))
                .isFalse();
    }
}
