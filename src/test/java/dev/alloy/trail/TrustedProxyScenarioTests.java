package dev.alloy.trail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Behind a proxy that is trusted the audit log names the address that the proxy saw; otherwise what a caller says of it counts for
 * nothing.
 */
@AlloyTest
class TrustedProxyScenarioTests {

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f.:]+");

    @LocalServerPort
    private int withoutProxy;

    /** What the audit log of a replica with settings names as the address, for each value of the header in turn. */
    private static List<String> remoteAddresses(Map<String, String> settings, String... headers) {
        try (Replicas replicas = Replicas.start(1, settings)) {
            return remoteAddresses(replicas.port(0), headers);
        }
    }

    private static List<String> remoteAddresses(int port, String... headers) {
        World world = World.on(port);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < headers.length; i++) {
            world.admin()
                    .with("X-Forwarded-For", headers[i], "X-Correlation-Id", "proxied-" + i)
                    .post(
                            "/api/projects",
                            "{\"id\":\"proxied-%d\",\"organization_id\":\"%s\",\"name\":\"Proxied\"}"
                                    .formatted(i, world.organization()))
                    .expect(201);
            addresses.add(world.admin()
                    .get("/api/audit-events?correlation_id=proxied-" + i)
                    .expect(200)
                    .json()
                    .at("/items/0/actor/remote_address")
                    .asString());
        }
        return addresses;
    }

    /** The nearest address that is none of the proxies': whatever stands left of it was written by its sender. */
    @Test
    void isTheNearestThatIsNoProxy() {
        assertThat(remoteAddresses(
                        Map.of(
                                "server.forward-headers-strategy", "native",
                                "server.tomcat.remoteip.internal-proxies",
                                        "127\\.0\\.0\\.1|::1|0:0:0:0:0:0:0:1|10\\.1\\..*"),
                        "203.0.113.9",
                        "203.0.113.9, 10.1.0.5",
                        "198.51.100.7, 203.0.113.9, 10.1.0.5, 10.1.0.6",
                        "10.1.0.7, 203.0.113.9",
                        "203.0.113.9, 192.168.0.1",
                        "2001:db8::9",
                        "203.0.113.9:4711",
                        "<script>"))
                .containsExactly(
                        "203.0.113.9",
                        "203.0.113.9",
                        "203.0.113.9",
                        "203.0.113.9",
                        "192.168.0.1",
                        "2001:db8::9",
                        "203.0.113.9",
                        "unknown");
    }

    /** As long as no proxy is known, and from whoever is none of them. */
    @Test
    void nobodyElseIsBelieved() {
        assertThat(remoteAddresses(withoutProxy, "203.0.113.9"))
                .singleElement()
                .asString()
                .isNotEqualTo("203.0.113.9")
                .matches(ADDRESS);
        assertThat(remoteAddresses(
                        Map.of(
                                "server.forward-headers-strategy", "native",
                                "server.tomcat.remoteip.internal-proxies", "10\\.1\\..*"),
                        "203.0.113.9",
                        "203.0.113.9, 10.1.0.5"))
                .hasSize(2)
                .doesNotContain("203.0.113.9", "10.1.0.5")
                .allSatisfy(address -> assertThat(address).matches(ADDRESS));
    }
}
