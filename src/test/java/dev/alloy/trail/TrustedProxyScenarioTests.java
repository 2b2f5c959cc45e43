package dev.alloy.trail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.World;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Behind a proxy that is trusted the audit log names the address that the proxy saw; otherwise what a caller says of it counts for
 * nothing.
 */
class TrustedProxyScenarioTests {

    private static String remoteAddress(Map<String, String> settings) {
        try (Replicas replicas = Replicas.start(1, settings)) {
            World world = World.on(replicas.port(0));
            Api proxied = world.admin().with("X-Forwarded-For", "203.0.113.9", "X-Correlation-Id", "through-a-proxy");
            proxied.post(
                            "/api/projects",
                            "{\"id\":\"proxied\",\"organization_id\":\"" + world.organization()
                                    + "\",\"name\":\"Proxied\"}")
                    .expect(201);
            return world.admin()
                    .get("/api/audit-events?correlation_id=through-a-proxy")
                    .expect(200)
                    .json()
                    .at("/items/0/actor/remote_address")
                    .asString();
        }
    }

    @Test
    void isBelieved() {
        assertThat(remoteAddress(Map.of(
                        "server.forward-headers-strategy", "native",
                        "server.tomcat.remoteip.internal-proxies", "127\\.0\\.0\\.1|::1|0:0:0:0:0:0:0:1")))
                .isEqualTo("203.0.113.9");
    }

    @Test
    void nobodyElseIs() {
        assertThat(remoteAddress(Map.of())).isNotEqualTo("203.0.113.9").isNotEmpty();
    }
}
