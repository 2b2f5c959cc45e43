package dev.alloy.restore;

import static dev.alloy.restore.RestoreStory.statusOf;
import static dev.alloy.testing.RunnerClient.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An approval of one run is used up when that run may have started, also where the database does not know of it any more. */
class RestoredApprovalScenarioTests {

    private static final String REVISION = World.REVISION + "0".repeat(34);

    private static Replicas replicas;

    private World world;
    private RunnerClient runner;
    private JsonNode first;
    private JsonNode second;
    private JsonNode approval;

    @BeforeAll
    static void start() {
        replicas = Replicas.start(1);
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    @BeforeEach
    void approveOneOfTwo() {
        world = World.on(replicas.port(0));
        runner = RestoreStory.trusted(world);
        ObjectNode intent = World.intent("Commit it.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("revision", REVISION);
        JsonNode brief = world.briefByAuthor(body);
        first = requested("bob", brief);
        second = requested("carl", brief);
        approval = world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + REVISION + "\"}")
                .expect(201)
                .json();
        assertThat(statusOf(world.admin(), first)).isEqualTo("queued");
        assertThat(statusOf(world.admin(), second)).isEqualTo("awaiting_approval");
    }

    private JsonNode requested(String person, JsonNode brief) {
        Api api = world.person(person, "\"view\",\"compile_briefs\"");
        return World.requestAs(api, brief, "").expect(201).json();
    }

    private JsonNode boundTo() {
        return world.admin()
                .get("/api/approvals/" + approval.path("id").asString())
                .expect(200)
                .json()
                .path("bound_run_request_id");
    }

    @ParameterizedTest
    @CsvSource({
        "safety, already-started, awaiting_approval",
        "dispatch, already-started, queued",
        "safety, artifact-mismatch, queued"
    })
    void isFreeAfterAFailureBeforeTheStartUnlessTheRunnerKnowsOfAStart(String category, String code, String other) {
        ObjectNode result = failed(first);
        result.putObject("error").put("category", category).put("code", code).put("message", "It was refused.");

        runner.accept(first).post("failed", result).expect(200);

        assertThat(statusOf(world.admin(), first)).isEqualTo("failed");
        assertThat(statusOf(world.admin(), second)).isEqualTo(other);
        assertThat(boundTo()).isEqualTo((other.equals("queued") ? second : first).path("id"));
    }

    /** Without a call of {@code started}, but with a run of Foundry's. */
    @Test
    void isUsedUpWhereTheReportOfAFailureNamesARunOfFoundry() {
        runner.accept(first)
                .post("failed", failed(first).put("foundry_run_id", World.foundryRun(first)))
                .expect(200);

        assertThat(boundTo()).isEqualTo(first.path("id"));
    }

    /** Before Foundry was told of anything. */
    private static ObjectNode failed(JsonNode run) {
        ObjectNode result = World.result(run)
                .put("status", "failed")
                .put("throttle", "full")
                .put("repo_revision_before", REVISION);
        result.remove(List.of("foundry_run_id", "repo_revision_after", "gates", "retry_count"));
        return result;
    }

    @Test
    void isUsedUpByARunThatARestoreParkedAndAPersonCancels() {
        RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
        // As if another cluster answered.
        replicas.database()
                .sql("update served_database set system_identifier = '1'")
                .update();
        watch.look();
        assertThat(statusOf(world.admin(), first)).isEqualTo("queued restored");
        assertThat(statusOf(world.admin(), second)).isEqualTo("awaiting_approval restored");

        world.admin()
                .post(path(first) + "/cancel", "{\"reason\":\"It did start, the branch is there.\"}")
                .expect(200);

        assertThat(statusOf(world.admin(), second)).isEqualTo("awaiting_approval restored");
        assertThat(boundTo()).isEqualTo(first.path("id"));
    }

    @Test
    void isFreeWhenAPersonRequeuedTheRunAndCancelsItThen() {
        RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
        replicas.database()
                .sql("update served_database set system_identifier = '1'")
                .update();
        watch.look();
        world.admin()
                .post(path(first) + "/requeue", "{\"reason\":\"It never started.\"}")
                .expect(200);

        world.admin()
                .post(path(first) + "/cancel", "{\"reason\":\"The other one first.\"}")
                .expect(200);

        assertThat(boundTo()).isEqualTo(second.path("id"));
    }
}
