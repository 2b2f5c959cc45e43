package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The mutation marker: set once, at the approved revision. */
@AlloyTest
class StartScenarioTests {

    private static final String START = "{\"repo_revision_before\":\"abc123\"}";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode run;
    private RunnerClient.Lease lease;

    @BeforeEach
    void accept() {
        world = World.on(port);
        run = world.queuedRun();
        lease = world.firstRunner().accept(run);
    }

    @Test
    void saysThatItWasStartedBefore() {
        Api.Answer first = lease.post("started", START).expect(200);
        JsonNode started = world.read(run);
        Api.Answer again = lease.post("started", START).expect(200);

        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(world.read(run)).isEqualTo(started);
        assertThat(started.path("status").asString()).isEqualTo("executing");
    }

    @Test
    void startsOnceWhenManySayItAtOnce() {
        List<Api.Answer> answers = Together.times(8, () -> lease.post("started", START));

        assertThat(answers).extracting(Api.Answer::status).containsOnly(200);
        assertThat(answers)
                .filteredOn(answer -> answer.header("Idempotent-Replayed") == null)
                .hasSize(1);
    }

    @Test
    void believesOneOfTwoRevisionsThatAreSaidAtOnce() {
        for (int round = 0; round < 5; round++) {
            JsonNode contested = world.queuedRun(World.intent("Contested " + round));
            RunnerClient.Lease held = world.anotherRunner(1).accept(contested);

            List<Api.Answer> answers = Together.run(List.<Callable<Api.Answer>>of(
                    () -> held.post("started", START),
                    () -> held.post("started", "{\"repo_revision_before\":\"dead456\"}")));

            boolean started = answers.get(0).status() == 200;
            JsonNode after = world.read(contested);
            assertThat(after.path("status").asString()).isEqualTo(started ? "executing" : "failed");
            assertThat(held.post("heartbeat", "{}").status()).isEqualTo(started ? 200 : 409);
        }
    }

    @Test
    void takesALongerSpellingOfTheApprovedRevision() {
        lease.post("started", "{\"repo_revision_before\":\"abc1234567\",\"foundry_run_id\":\"evt_1\"}")
                .expect(200);

        assertThat(world.read(run).path("foundry_run_id").asString()).isEqualTo("evt_1");
    }

    @Test
    void endsARunThatWouldStartAtAnotherRevision() {
        Api.Answer refused =
                lease.post("started", "{\"repo_revision_before\":\"dead456\"}").expect(409);

        assertThat(refused.problem()).isEqualTo("revision-mismatch");
        assertThat(refused.json().path("approved_revision").asString()).isEqualTo("abc123");
        assertThat(refused.json().path("reported_revision").asString()).isEqualTo("dead456");
        JsonNode failed = world.read(run);
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.path("failure").path("category").asString()).isEqualTo("safety");
        assertThat(failed.path("failure").path("code").asString()).isEqualTo("revision-mismatch");
        assertThat(failed.path("started_at").isNull()).isTrue();
        JsonNode snapshot =
                world.admin().get(lease.path() + "/audit").expect(200).json().path("exact_snapshot");
        assertThat(snapshot.path("verdict").asString()).isEqualTo("refuted");
        assertThat(snapshot.path("checks").valueStream()).anySatisfy(check -> {
            assertThat(check.path("check").asString()).isEqualTo("repo_revision_before");
            assertThat(check.path("actual").asString()).isEqualTo("dead456");
            assertThat(check.path("passed").asBoolean()).isFalse();
        });
        assertThat(lease.post("started", START).expect(409).problem()).isEqualTo("invalid-transition");
        world.firstRunner().poll().expect(204);
    }

    @Test
    void takesNoShorterSpellingThanTheApprovedRevision() {
        assertThat(lease.post("started", "{\"repo_revision_before\":\"abc1\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("revision-mismatch");
    }

    @Test
    void recordsAnotherRevisionWhereTheApprovalAllowsIt() {
        JsonNode brief = world.brief(World.intent("Drift is fine."));
        world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"abc123\",\"drift_policy\":\"any_recorded\"}")
                .expect(201);
        JsonNode drifting = world.request(brief);

        RunnerClient.Lease other = world.anotherRunner(1).accept(drifting);

        other.post("started", "{\"repo_revision_before\":\"dead456\"}").expect(200);
        var result = World.result(drifting).put("repo_revision_before", "dead456");
        other.post("completed", result).expect(200);
        JsonNode audit = world.admin().get(other.path() + "/audit").expect(200).json();
        assertThat(audit.path("exact_snapshot").path("verdict").asString()).isEqualTo("proven");
        assertThat(audit.path("answers")
                        .path("repo_revision")
                        .path("value")
                        .path("started_at")
                        .asString())
                .isEqualTo("dead456");
    }

    @Test
    void takesNoResultOfARunThatHasNotStarted() {
        Api.Answer refused = lease.post("completed", World.result(run)).expect(409);

        assertThat(refused.problem()).isEqualTo("invalid-transition");
        assertThat(refused.json().path("state").asString()).isEqualTo("accepted");
        assertThat(world.read(run).path("status").asString()).isEqualTo("accepted");
        lease.post("started", START).expect(200);
        lease.post("completed", World.result(run)).expect(200);
    }
}
