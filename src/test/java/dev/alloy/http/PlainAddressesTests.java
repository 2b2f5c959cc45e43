package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of what a proxy says of its caller. */
class PlainAddressesTests {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 203.0.113.9",
        "203.0.113.9:4711, 203.0.113.9",
        "2001:db8::1, 2001:db8::1",
        "0:0:0:0:0:0:0:1, 0:0:0:0:0:0:0:1",
        "::ffff:203.0.113.9, ::ffff:203.0.113.9",
        "fe80::1%eth0, fe80::1%eth0",
        "[2001:db8::1], 2001:db8::1",
        "[2001:db8::1]:443, 2001:db8::1",
        "unknown, unknown",
        "'', unknown",
        "evil, unknown",
        "1.2.3, unknown",
        "203.0.113.9:port, unknown",
        "<script>, unknown",
        "alloy_pat_0123456789, unknown"
    })
    void isAnAddressWithoutAPort(String said, String address) {
        assertThat(PlainAddresses.plain(said)).isEqualTo(address);
    }

    @Test
    void whatIsLongIsNone() {
        assertThat(PlainAddresses.plain("a".repeat(6000))).isEqualTo("unknown");
        assertThat(PlainAddresses.plain(":".repeat(6000))).isEqualTo("unknown");
    }
}
