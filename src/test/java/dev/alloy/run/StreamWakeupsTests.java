package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamWakeupsTests {

    private final StreamWakeups woken = new StreamWakeups();

    @Test
    void theFirstRingIsHeededAtOnceAndOthersWithItAreToo() {
        assertThat(woken.wake("acme", 0)).isZero();
        assertThat(woken.wake("acme", 1)).as("planned already").isNegative();
        assertThat(woken.wake("other", 1)).isNegative();
        assertThat(woken.take(2)).containsExactlyInAnyOrder("acme", "other");
        assertThat(woken.take(3)).isEmpty();
    }

    @Test
    void howeverOftenItRingsThereAreFewLooks() {
        woken.wake("acme", 0);
        woken.take(0);
        assertThat(woken.wake("acme", 10)).isEqualTo(StreamWakeups.BETWEEN_LOOKS_NANOS - 10);
        assertThat(woken.wake("acme", 11)).isNegative();
        woken.take(StreamWakeups.BETWEEN_LOOKS_NANOS);
        assertThat(woken.wake("acme", 3 * StreamWakeups.BETWEEN_LOOKS_NANOS)).isZero();
    }
}
