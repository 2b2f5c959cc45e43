package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is recorded is what was proved, beside what was claimed. */
@AlloyTest
class JudgedResultScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private World.Started started;

    @BeforeEach
    void start() {
        world = World.on(port);
        started = world.startedRun();
    }

    @ParameterizedTest
    @CsvSource({
        "brief_id, brief_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "brief_digest, sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "project_id, ledger",
        "throttle, full",
        "entry_event, execution_requested",
        "repo_revision_before, dead456",
    })
    void believesNothingOfAnotherSnapshot(String member, String value) {
        ObjectNode result =
                World.result(started.run()).put("status", "completed").put(member, value);

        JsonNode taken = started.lease().post("completed", result).expect(200).json();

        assertThat(taken.path("status").asString()).isEqualTo("failed");
        assertThat(taken.path("claimed_status").asString()).isEqualTo("completed");
        JsonNode run = world.read(started.run());
        assertThat(run.path("status").asString()).isEqualTo("failed");
        assertThat(run.path("failure").path("category").asString()).isEqualTo("safety");
        assertThat(run.path("failure").path("code").asString()).isEqualTo("snapshot-mismatch");
        JsonNode snapshot = world.admin()
                .get(started.lease().path() + "/audit")
                .expect(200)
                .json()
                .path("exact_snapshot");
        assertThat(snapshot.path("verdict").asString()).isEqualTo("refuted");
        assertThat(snapshot.path("checks").valueStream().filter(check -> !check.path("passed")
                        .asBoolean()))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.path("check").asString()).isEqualTo(member);
                    assertThat(check.path("actual").asString()).isEqualTo(value);
                });
    }

    @Test
    void recordsFindingsWhenAGateThatADryRunRequiresFailed() {
        JsonNode taken = started.lease()
                .post("completed", World.result(started.run()).put("status", "completed"))
                .expect(200)
                .json();

        assertThat(taken.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(taken.path("claimed_status").asString()).isEqualTo("completed");
        assertThat(world.read(started.run()).path("failure").isNull()).isTrue();
        JsonNode shown = world.admin()
                .get("/api/run-results/" + taken.path("id").asString())
                .expect(200)
                .json();
        assertThat(shown.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(shown.path("claimed_status").asString()).isEqualTo("completed");
    }

    @Test
    void recordsFindingsWhenNoGateRan() {
        ObjectNode result = World.result(started.run()).put("status", "completed");
        result.putArray("gates");

        assertThat(recorded(result)).isEqualTo("completed_with_findings");
    }

    @Test
    void recordsCompletedWhenEveryRequiredGatePassed() {
        ObjectNode result = World.result(started.run()).put("status", "completed");
        ((ObjectNode) result.path("gates").path(1)).put("status", "passed").put("exit_code", 0);

        assertThat(recorded(result)).isEqualTo("completed");
        assertThat(world.admin()
                        .get(started.lease().path() + "/audit")
                        .expect(200)
                        .json()
                        .path("exact_snapshot")
                        .path("verdict")
                        .asString())
                .isEqualTo("proven");
    }

    @Test
    void believesNoPreflightWhereTheChainVerifies() {
        ObjectNode result = World.result(started.run()).put("status", "completed");
        ((ObjectNode) result.path("gates").path(1))
                .put("status", "passed")
                .put("exit_code", 0)
                .put("phase", "preflight");

        assertThat(recorded(result)).isEqualTo("completed_with_findings");
    }

    @Test
    void knowsNoVerdictWithoutAResult() {
        JsonNode audit =
                world.admin().get(started.lease().path() + "/audit").expect(200).json();

        assertThat(audit.path("exact_snapshot").path("verdict").asString()).isEqualTo("not_reconstructable");
        assertThat(audit.path("answers").path("gates_outcome").path("known").asBoolean())
                .isFalse();
        assertThat(audit.path("answers").path("gates_outcome").path("because").asString())
                .isNotBlank();
        assertThat(audit.path("answers").path("approved_by").path("known").asBoolean())
                .isTrue();
    }

    private String recorded(ObjectNode result) {
        return started.lease()
                .post("completed", result)
                .expect(200)
                .json()
                .path("status")
                .asString();
    }
}
