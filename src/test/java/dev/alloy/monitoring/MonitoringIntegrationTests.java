package dev.alloy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** What operators see, and where. */
class MonitoringIntegrationTests {

    private static final List<String> REST = List.of(
            "metrics",
            "prometheus",
            "info",
            "sbom",
            "env",
            "beans",
            "heapdump",
            "threaddump",
            "loggers",
            "mappings",
            "configprops",
            "shutdown",
            "flyway");

    private static Replicas replicas;
    private static Api main;
    private static Api management;

    @BeforeAll
    static void start() {
        replicas = Replicas.start(1, Map.of("management.server.port", "0"));
        main = Api.on(replicas.port(0));
        management = Api.on(Integer.parseInt(replicas.property(0, "local.management.port")))
                .as(null);
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void healthIsOnTheMainPortForEverybody(String path) {
        Api.Answer answer = main.as(null).get(path).expect(200);

        assertThat(answer.text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void nothingElseIs() {
        for (String endpoint : REST) {
            assertThat(main.as(null).get("/actuator/" + endpoint).problem())
                    .as(endpoint)
                    .isEqualTo("unauthenticated");
            assertThat(main.get("/actuator/" + endpoint).problem()).as(endpoint).isEqualTo("no-such-path");
        }
        main.as(null).get("/actuator").expect(401);
        main.get("/actuator/health/db").expect(404);
    }

    @Test
    void theManagementPortHasMetrics() {
        main.get("/api/projects").expect(200);

        assertThat(management
                        .get("/actuator/metrics")
                        .expect(200)
                        .json()
                        .path("names")
                        .toString())
                .contains("http.server.requests");
        assertThat(management.get("/actuator/prometheus").expect(200).text())
                .contains("http_server_requests_seconds_count{")
                .contains("uri=\"/api/projects\"")
                .contains("hikaricp_connections_active");
        management.get("/actuator/health").expect(200);
        assertThat(management.get("/actuator/info").expect(200).text()).contains("alloy");
    }

    @Test
    void theManagementPortTellsNoSettingsAndTakesNoOrders() {
        for (String endpoint :
                List.of("env", "configprops", "heapdump", "threaddump", "loggers", "beans", "mappings")) {
            management.get("/actuator/" + endpoint).expect(404);
        }
        management.post("/actuator/shutdown", "").expect(404);
        management.get("/api/projects").expect(404);
    }

    @Test
    void theMainPortIsNotTakenForManagement() {
        var environment = new MockEnvironment()
                .withProperty("server.port", "8080")
                .withProperty("management.server.port", "8080");

        assertThatIllegalStateException().isThrownBy(() -> new MonitoringConfiguration(environment));
    }
}
