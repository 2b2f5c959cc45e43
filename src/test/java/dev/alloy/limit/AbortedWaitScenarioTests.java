package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who asks, breaks off and asks again fills the line of one kind of work, for as long as one may wait there, and nothing else. */
class AbortedWaitScenarioTests {

    private static final int AT_ONCE = 3;
    private static final int WAITING = 20;

    @Test
    void whoeverBreaksOffLeavesThePlaceToOthers() throws Exception {
        try (Replicas replicas = Replicas.start(
                1,
                Map.of(
                        "alloy.limit.organization-at-once", String.valueOf(AT_ONCE),
                        "alloy.limit.token-at-once", String.valueOf(AT_ONCE),
                        "alloy.limit.organization-at-work", String.valueOf(AT_ONCE),
                        "alloy.limit.organization-waiting", String.valueOf(WAITING),
                        "alloy.limit.longest-wait", "3s",
                        "spring.datasource.hikari.maximum-pool-size", String.valueOf(AT_ONCE + 2)))) {
            World world = World.on(replicas.port(0));
            JsonNode brief = world.brief();
            JsonNode token = world.token("impatient", "\"view\",\"compile_briefs\"", "");
            Api patient = world.person("patient", "\"view\",\"compile_briefs\"");
            try (Connection connection = replicas.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                // Whoever asks for a run of this brief waits in the database until this transaction ends.
                statement.execute("select 1 from formation_brief_compilations where id = '"
                        + brief.path("id").asString() + "' for update");
                List<Socket> brokenOff = new ArrayList<>();
                for (int i = 0; i < AT_ONCE + WAITING; i++) {
                    brokenOff.add(ask(replicas.port(0), world, token, brief, i));
                }
                Await.until(() -> patient.post("/api/projects/" + world.project() + "/run-requests", "{}")
                                .status()
                        == 429);
                for (Socket socket : brokenOff) {
                    socket.close();
                }

                world.runnerApi()
                        .post("/api/runners/" + world.runner() + "/heartbeat", "{\"leases\":[]}")
                        .expect(200);
                patient.get("/api/projects").expect(200);
                connection.rollback();
            }

            Await.until(() -> World.requestAs(patient, brief, "").status() < 300);
            world.approve(brief);
            RunnerClient runner = world.firstRunner();
            assertThat(runner.poll("10").status()).isEqualTo(200);
        }
    }

    /** Equal but for the bytes, so that none of them waits for another. */
    private static Socket ask(int port, World world, JsonNode token, JsonNode brief, int number) throws IOException {
        String body = "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"}" + " ".repeat(number);
        var socket = new Socket("localhost", port);
        socket.getOutputStream()
                .write(("""
                POST /api/projects/%s/run-requests HTTP/1.1
                Host: localhost
                Authorization: Bearer %s
                Content-Type: application/json
                Content-Length: %d

                """.formatted(world.project(), token.path("token").asString(), body.length())
                                        .replace("\n", "\r\n")
                                + body)
                        .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }
}
