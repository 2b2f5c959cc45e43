package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is said of a run that has ended is bounded in number, in bytes and in time. */
@AlloyTest
class LateReportScenarioTests {

    private static final int MOST = 20;
    private static final int LONG = 700_000;

    @LocalServerPort
    private int port;

    @Test
    void areKeptOnceEachAndNotMoreThanAreWorthReading() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        String path = started.lease().path() + "/completed";
        ObjectNode result = World.result(started.run());
        started.lease().post("completed", result).expect(200);
        Api callback = world.admin().as(started.lease().callbackToken());

        for (int i = 0; i < 3; i++) {
            callback.post(path, World.result(started.run()).put("status", "failed"))
                    .expect(409);
        }
        assertThat(list(world, started.run(), "?limit=100").path("items").size())
                .as("equal ones once")
                .isEqualTo(1);
        for (int i = 0; i < MOST + 5; i++) {
            callback.post(
                            path,
                            World.result(started.run()).put("status", "failed").put("retry_count", i + 1))
                    .expect(409);
        }
        assertThat(list(world, started.run(), "?limit=100").path("items").size())
                .isEqualTo(MOST);
        assertThat(world.read(started.run()).path("late_reports").asInt()).isEqualTo(MOST);
    }

    /** A run names its result, what that claimed, and how much was said against it. */
    @Test
    void areCountedOnTheRun() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        JsonNode before = world.read(started.run());
        assertThat(before.path("result_id").isNull()).isTrue();
        assertThat(before.path("claimed_status").isNull()).isTrue();
        ObjectNode claimed = World.result(started.run());
        JsonNode taken = started.lease().post("completed", claimed).expect(200).json();
        started.lease()
                .post("completed", World.result(started.run()).put("note_of_this_runner", "Equal but for this."))
                .expect(409);
        started.lease()
                .post("completed", World.result(started.run()).put("status", "failed"))
                .expect(409);

        JsonNode run = world.read(started.run());

        assertThat(run.path("result_id")).isEqualTo(taken.path("id"));
        assertThat(run.path("claimed_status").asString())
                .isEqualTo(claimed.path("status").asString());
        assertThat(run.path("late_reports").asInt()).isEqualTo(2);
        assertThat(run.path("conflicting_reports").asInt()).isEqualTo(1);
    }

    @Test
    void areListedByBytesToo() {
        World world = World.on(port);
        World.Started started = world.startedRun();
        started.lease().post("completed", World.result(started.run())).expect(200);
        for (int i = 0; i < 5; i++) {
            String summary = String.valueOf(i).repeat(LONG);
            ObjectNode other = World.result(started.run());
            other.put("note_of_this_runner", summary);
            started.lease().post("completed", other).expect(409);
        }

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = list(world, started.run(), "?limit=100" + cursor);
            assertThat(page.toString().length()).isLessThan(4 * LONG);
            page.path("items").forEach(item -> seen.add(item.path("id").asString()));
            JsonNode next = page.path("next_cursor");
            cursor = next.isString() ? "&cursor=" + next.asString() : "";
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void endMinutesAfterTheRunForWhoeverHoldsTheCallbackToken() {
        try (Replicas replicas = Replicas.start(1)) {
            World world = World.on(replicas.port(0));
            World.Started started = world.startedRun();
            Api callback = world.admin().as(started.lease().callbackToken());
            String path = started.lease().path() + "/completed";
            replicas.advance(3600);
            started.lease().post("completed", World.result(started.run())).expect(200);
            callback.post(path, World.result(started.run()).put("retry_count", 2))
                    .expect(409);

            replicas.advance(301);

            assertThat(IntStream.range(0, 2).mapToObj(i -> callback.post(
                                    path, World.result(started.run()).put("status", "failed"))
                            .expect(401)
                            .problem()))
                    .containsOnly("unauthenticated");
            assertThat(list(world, started.run(), "").path("items").size()).isEqualTo(1);
        }
    }

    private static JsonNode list(World world, JsonNode run, String query) {
        return world.admin()
                .get(RunnerClient.path(run) + "/late-reports" + query)
                .expect(200)
                .json();
    }
}
