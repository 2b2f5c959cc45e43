package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The callback token stands for one attempt's completion, and for nothing else. */
@AlloyTest
class CallbackScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private World.Started started;
    private Api callback;

    @BeforeEach
    void start() {
        world = World.on(port);
        started = world.startedRun();
        callback = world.admin().as(started.lease().callbackToken());
    }

    @Test
    void completesTheRun() {
        String path = started.lease().path() + "/completed";
        JsonNode taken =
                callback.post(path, World.result(started.run())).expect(200).json();

        assertThat(taken.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(world.admin()
                        .get("/api/run-results/" + taken.path("id").asString())
                        .expect(200)
                        .json()
                        .path("reported_by")
                        .asString())
                .isEqualTo("callback");
        Api.Answer again = callback.post(path, World.result(started.run())).expect(200);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json()).isEqualTo(taken);
    }

    @Test
    void whatTheRunnerSaysOtherwiseIsKeptAndShown() {
        String path = started.lease().path() + "/completed";
        callback.post(path, World.result(started.run())).expect(200);
        String audit = RunnerClient.path(started.run()) + "/audit";

        started.lease()
                .post("completed", World.result(started.run()).put("retry_count", 2))
                .expect(409);
        assertThat(world.admin().get(audit).expect(200).json().at("/exact_snapshot/verdict"))
                .as("another number of retries is no other outcome")
                .hasToString("\"proven\"");

        started.lease()
                .post("completed", World.result(started.run()).put("repo_revision_after", "def456"))
                .expect(409);
        ObjectNode unknown = World.result(started.run()).put("status", "failed");
        unknown.putArray("evidence_observations")
                .addObject()
                .put("schema_version", "alloy.evidence_observation.v1")
                .put("evidence_definition_id", "evidence_x")
                .put("status", "satisfied");
        assertThat(started.lease().post("completed", unknown).expect(409).problem())
                .as("a second word is kept, whatever it speaks of")
                .isEqualTo("result-conflict");
        JsonNode verdict = world.admin().get(audit).expect(200).json().path("exact_snapshot");
        assertThat(verdict.path("verdict").asString()).isEqualTo("not_reconstructable");
        assertThat(verdict.path("checks").findValuesAsString("check")).contains("words_agree");
    }

    @Test
    void staysGoodWhenAnotherOneWasGiven() {
        JsonNode run = world.queuedRun(World.intent("Twice accepted."));
        RunnerClient runner = world.anotherRunner(1);
        RunnerClient.Lease first = runner.accept(run);
        runner.acceptOffered(run, "{}").start();

        world.admin()
                .as(first.callbackToken())
                .post(first.path() + "/completed", World.result(run))
                .expect(200);
    }

    @Test
    void maySayNothingElse() {
        String run = started.lease().path();
        List<Api.Answer> answers = List.of(
                callback.post(run + "/failed", World.result(started.run()).put("status", "failed")),
                callback.post(run + "/started", "{\"repo_revision_before\":\"abc123\"}"),
                callback.post(run + "/heartbeat", "{}"),
                callback.post(run + "/accepted", "{}"),
                callback.get(run),
                callback.get(run + "/evidence"),
                callback.get(run + "/audit"),
                callback.get("/api/run-requests"),
                callback.get("/api/projects"),
                callback.get("/api/runners/" + world.runner() + "/run-requests/next?wait_seconds=0"),
                callback.get("/api/formation-briefs/"
                        + started.run().path("formation_brief_id").asString() + "/compiled"),
                callback.post("/api/access-tokens", "{}"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.problem()).isEqualTo("authority-missing");
        });
        assertThat(world.read(started.run()).path("status").asString()).isEqualTo("executing");
    }

    @Test
    void completesNoOtherRun() {
        JsonNode other = world.queuedRun(World.intent("Another."));
        RunnerClient.Lease lease = world.anotherRunner(1).start(other);

        assertThat(callback.post(lease.path() + "/completed", World.result(other))
                        .expect(403)
                        .problem())
                .isEqualTo("lease-invalid");
        World.Started foreign = World.on(port).startedRun();
        assertThat(callback.post(foreign.lease().path() + "/completed", World.result(foreign.run()))
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
        assertThat(world.read(other).path("status").asString()).isEqualTo("executing");
    }

    @Test
    void isNoneWhenItIsForged() {
        String token = started.lease().callbackToken();
        for (String forged : List.of(
                token + "x",
                token.substring(0, token.length() - 1),
                started.lease().token())) {
            assertThat(world.admin()
                            .as(forged)
                            .post(started.lease().path() + "/completed", World.result(started.run()))
                            .expect(401)
                            .problem())
                    .isEqualTo("unauthenticated");
        }
    }
}
