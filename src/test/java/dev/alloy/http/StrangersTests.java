package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which connection has to go when strangers have too many. */
class StrangersTests {

    private static final long OLD = Strangers.GRACE;

    private final Strangers<String> strangers = new Strangers<>(2, 3);

    @Test
    void theOldestOfAnAddressGoes() {
        assertThat(strangers.add("a", "a1", 0)).isNull();
        assertThat(strangers.add("a", "a2", 1)).isNull();
        assertThat(strangers.add("a", "a3", OLD)).isEqualTo("a1");
        assertThat(strangers.add("a", "a4", OLD + 1)).isEqualTo("a2");
        assertThat(strangers.size()).isEqualTo(2);
    }

    @Test
    void theOldestOfAllGoes() {
        strangers.add("a", "a1", 0);
        strangers.add("b", "b1", 0);
        strangers.add("b", "b2", 0);

        assertThat(strangers.add("c", "c1", OLD)).isEqualTo("a1");
    }

    @Test
    void whoHasJustComeHasTimeToSayWhoItIs() {
        strangers.add("a", "a1", 0);
        strangers.add("a", "a2", 0);

        assertThat(strangers.add("a", "a3", OLD - 1)).isNull();
        assertThat(strangers.size()).isEqualTo(3);
    }

    @Test
    void whoIsKnownOrHasEndedCountsNoMore() {
        strangers.add("a", "a1", 0);
        strangers.add("a", "a2", 0);
        strangers.remove("a1");
        strangers.remove("a1");

        assertThat(strangers.add("a", "a3", OLD)).isNull();
        strangers.remove("a2");
        strangers.remove("a3");
        assertThat(strangers.size()).isZero();
    }
}
