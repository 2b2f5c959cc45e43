package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A page is bounded in bytes, not only in items, and its cursor leads on to the rest. */
@AlloyTest
class PageBytesScenarioTests {

    private static final int MOST = 3 * 1024 * 1024;

    @LocalServerPort
    private int port;

    @Test
    void runsWithLargePayloads() {
        World world = World.on(port);
        ObjectNode intent = World.intent("Large.");
        ObjectNode payload = ((ObjectNode) intent.path("foundry")).putObject("payload");
        for (int i = 0; i < 150; i++) {
            payload.put("note_" + i, "n".repeat(2_500));
        }
        JsonNode brief = world.brief(intent);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Api person = world.person("p" + i, "\"view\",\"compile_briefs\"");
            made.add(
                    0,
                    person.post(
                                    "/api/projects/" + world.project() + "/run-requests",
                                    "{\"formation_brief_id\":\""
                                            + brief.path("id").asString() + "\"}")
                            .expect(201)
                            .json()
                            .path("id")
                            .asString());
        }

        assertThat(readAll(world.admin(), "/api/run-requests?project_id=" + world.project()))
                .isEqualTo(made);
    }

    @Test
    void eventsWithLargePayloads() {
        World world = World.on(port);
        JsonNode run = world.queuedRun();
        RunnerClient.Lease lease = world.firstRunner().accept(run);
        String payload = "{\"text\":\"" + "e".repeat(60_000) + "\"}";
        for (int i = 1; i <= 60; i++) {
            lease.post(
                            "events",
                            ("{\"events\":[{\"sequence\":%d,\"type\":\"noted\",\"occurred_at\":"
                                            + "\"2026-01-01T00:00:00Z\",\"payload\":%s}]}")
                                    .formatted(i, payload))
                    .expect(200);
        }

        assertThat(readAll(world.admin(), RunnerClient.path(run) + "/events").size())
                .isGreaterThan(60);
    }

    /** Ids of all items; more than one page, and none of them large. */
    private static List<String> readAll(Api api, String path) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            String more =
                    (path.contains("?") ? "&" : "?") + "limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
            Api.Answer answer = api.get(path + more).expect(200);
            assertThat(answer.text().length()).isLessThan(MOST);
            answer.json().path("items").forEach(item -> ids.add(item.path("id").asString()));
            cursor = answer.json().path("next_cursor").asString("");
            pages++;
        } while (!cursor.isEmpty());
        assertThat(pages).isGreaterThan(1);
        return ids;
    }
}
