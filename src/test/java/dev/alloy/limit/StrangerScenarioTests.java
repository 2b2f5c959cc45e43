package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What callers without a credential can take from others. */
class StrangerScenarioTests {

    private static Replicas replicas;

    @BeforeAll
    static void start() {
        replicas = Replicas.start(
                1,
                Map.of(
                        "alloy.limit.address-requests", "40",
                        "alloy.limit.window", "10m",
                        "alloy.http.address-strangers", "10"));
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @Test
    void floodsOfStrangersAreRefusedAndNobodyElse() {
        int port = replicas.port(0);
        World world = World.on(port);
        Api known = world.person("vera", "\"view\"");
        known.get("/api/projects").expect(200);
        String newcomer = world.token("otto", "\"view\"", "").path("token").asString();

        for (int i = 0; i < 44; i++) {
            Api.on(port).as(i % 2 == 0 ? null : "alloy_pat_nonsense" + i).get("/api/projects");
        }

        Api.Answer last = Api.on(port).as(null).get("/api/projects").expect(429);
        assertThat(last.problem()).isEqualTo("too-many-requests");
        assertThat(last.json().path("limit").asString()).isEqualTo("address");
        assertThat(last.json().path("detail").asString()).contains("from the address 127.0.0.1");
        assertThat(last.header("Retry-After")).isNotNull();
        known.get("/api/projects").expect(200);
        Api.on(port).as(null).get("/actuator/health").expect(200);
        // A credential that was not seen of late is not looked up for an address that floods.
        Api.on(port).as(newcomer).get("/api/projects").expect(429);
    }

    /** None of them sends much; a proxy that Alloy knows says where they are. */
    @Test
    void floodsFromManyAddressesAreRefusedAndNobodyElse() {
        try (Replicas behindAProxy = Replicas.start(
                1,
                Map.of(
                        "server.forward-headers-strategy", "native",
                        "alloy.limit.address-requests", "20",
                        "alloy.limit.stranger-requests", "60",
                        "alloy.limit.window", "10m"))) {
            int port = behindAProxy.port(0);
            Api known = World.on(port).person("vera", "\"view\"");
            known.get("/api/projects").expect(200);

            for (int i = 0; i < 66; i++) {
                Api.on(port)
                        .as(null)
                        .with("X-Forwarded-For", "203.0.113." + i % 6 + ":" + (1024 + i))
                        .get("/api/projects");
            }

            Api newcomer = Api.on(port).as(null).with("X-Forwarded-For", "198.51.100.1");
            Api.Answer refused = newcomer.get("/api/projects").expect(429);
            assertThat(refused.problem()).isEqualTo("too-many-requests");
            assertThat(refused.json().path("limit").asString()).isEqualTo("all");
            assertThat(refused.json().path("detail").asString()).contains("from all addresses together");
            assertThat(refused.header("Retry-After")).isNotNull();
            known.with("X-Forwarded-For", "198.51.100.1").get("/api/projects").expect(200);
            newcomer.get("/actuator/health").expect(200);
        }
    }

    @Test
    void connectionsThatSayNothingGiveWayToOthers() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                silent.add(open());
            }
            // They have some seconds to say who they are.
            Await.until(() -> {
                try (Socket more = open()) {
                    return hasEnded(silent.get(0));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Api.on(replicas.port(0)).get("/api/whoami").expect(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static Socket open() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), replicas.port(0));
        socket.setSoTimeout(50);
        socket.getOutputStream().write("GET /api/pro".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static boolean hasEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
