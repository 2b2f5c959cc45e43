package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What becomes of runs whose runner dies, and what people do about it. */
@AlloyTest
class RecoveryScenarioTests {

    private static final String WHY = "{\"reason\":\"Because.\"}";

    @LocalServerPort
    private int port;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private JdbcTemplate jdbc;

    private World world;
    private RunnerClient runner;

    @BeforeEach
    void make() {
        world = World.on(port);
        runner = world.firstRunner();
    }

    @Test
    void anAcceptedRunWhoseRunnerDiesIsAttemptedAgain() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease dead = runner.accept(run);
        endLease(run);

        RunnerClient.Lease next = runner.accept(run);

        assertThat(next.accepted().path("attempt").asInt()).isEqualTo(2);
        assertThat(dead.post("started", started()).expect(409).problem()).isEqualTo("lease-superseded");
        next.start();
        next.post("completed", World.result(run)).expect(200);
        assertThat(read(run).path("attempts").asInt()).isEqualTo(2);
    }

    @Test
    void aReadOnlyRunIsDoneAgain() {
        World.Started first = world.startedRun();
        endLease(first.run());

        RunnerClient.Lease second = runner.start(first.run());

        assertThat(first.lease()
                        .post("completed", World.result(first.run()))
                        .expect(409)
                        .problem())
                .isEqualTo("lease-superseded");
        second.post("completed", World.result(first.run())).expect(200);
    }

    @Test
    void aRunIsAttemptedOnlySoOften() {
        JsonNode run = world.queuedRun();
        for (int i = 1; i <= 3; i++) {
            assertThat(runner.accept(run).accepted().path("attempt").asInt()).isEqualTo(i);
            endLease(run);
        }
        runner.poll().expect(204);

        JsonNode failed = read(run);
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.at("/failure/category").asString()).isEqualTo("dispatch");
        assertThat(failed.at("/failure/code").asString()).isEqualTo("attempts-exhausted");
        assertThat(failed.at("/failure/recovery_actions")).isNotEmpty();
    }

    @Test
    void aMutatingRunIsNeverRunAgainByItself() {
        World.Started started = mutatingRun();
        endLease(started.run());
        runner.poll().expect(204);

        assertThat(read(started.run()).path("status").asString()).isEqualTo("lost");
        assertThat(started.lease().post("heartbeat", "{}").expect(409).problem())
                .isIn("lease-expired", "invalid-transition");
        JsonNode explanation = explanation(started.run());
        assertThat(explanation.path("state").asString()).isEqualTo("lost");
        assertThat(explanation.path("summary").asString()).contains("unknown");
        assertThat(explanation.at("/blockers/0/code").asString()).isEqualTo("lost");
        assertThat(explanation.at("/blockers/0/remedy").asString()).contains("resolve");
    }

    @Test
    void aLeaseThatIsRenewedAtThisMomentIsNotTakenForOver() {
        World.Started started = mutatingRun();
        endLease(started.run());
        CompletableFuture<Api.Answer> poll = new TransactionTemplate(transactions).execute(status -> {
            jdbc.update(
                    "update run_attempts set lease_expires_at = alloy_now() + interval '1 hour' where run_request_id = ?",
                    started.run().path("id").asString());
            return runner.api().getLater("/api/runners/" + runner.id() + "/run-requests/next?wait_seconds=0");
        });
        runner.poll().expect(204);
        Objects.requireNonNull(poll).join();

        assertThat(read(started.run()).path("status").asString()).isEqualTo("executing");
    }

    @Test
    void aStartIsNotRepeatedUnderALeaseThatIsOver() {
        World.Started run = world.startedRun();
        endLease(run.run());

        assertThat(run.lease().post("started", started()).expect(409).problem()).isEqualTo("lease-expired");
    }

    @Test
    void theLateWordOfItsOwnAttemptEndsALostRun() {
        World.Started started = mutatingRun();
        endLease(started.run());
        runner.poll().expect(204);

        started.lease()
                .post("completed", World.result(started.run()).put("entry_event", "execution_requested"))
                .expect(200);

        assertThat(read(started.run()).path("status").asString()).isIn("completed", "completed_with_findings");
    }

    @Test
    void aPersonSaysHowALostRunEnded() {
        World.Started started = mutatingRun();
        endLease(started.run());
        runner.poll().expect(204);
        Api nobody = world.person("ann", "\"view\",\"compile_briefs\"");
        String body = "{\"status\":\"failed\",\"reason\":\"The tree was untouched.\"}";
        nobody.post(path(started.run()) + "/resolve", body).expect(403);

        JsonNode resolved = world.admin()
                .post(path(started.run()) + "/resolve", body)
                .expect(200)
                .json();

        assertThat(resolved.path("status").asString()).isEqualTo("failed");
        assertThat(resolved.path("resolution_reason").asString()).isEqualTo("The tree was untouched.");
        assertThat(resolved.path("resolved_by").isNull()).isFalse();
        assertThat(world.admin()
                        .post(path(started.run()) + "/resolve", body)
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
        assertThat(started.lease()
                        .post("completed", World.result(started.run()).put("entry_event", "execution_requested"))
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void onlyWhatNobodyElseCanTellIsResolved() {
        JsonNode queued = world.queuedRun();
        String body = "{\"status\":\"completed\",\"reason\":\"Trust me.\"}";

        assertThat(world.admin()
                        .post(path(queued) + "/resolve", body)
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
        assertThat(world.admin()
                        .post(path(queued) + "/resolve", "{\"status\":\"lost\",\"reason\":\"x\"}")
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");
        String installation = "/api/foundry-installations/" + world.installation();
        world.admin()
                .with("If-Match", "*")
                .patch(installation, "{\"connection_type\":\"manual\"}")
                .expect(200);
        assertThat(world.admin()
                        .post(path(queued) + "/resolve", body)
                        .expect(200)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("completed");
    }

    @Test
    void anOfferThatNobodyAnswersGoesToAnotherRunner() {
        RunnerClient other = world.anotherRunner(1);
        JsonNode run = world.queuedRun();
        runner.offered(run);
        other.poll().expect(204);
        endOffer(run);

        other.offered(run);
        assertThat(runner.api().post(path(run) + "/accepted", "{}").expect(409).problem())
                .isEqualTo("not-offered");
    }

    @Test
    void aRunThatNobodyAcceptsIsParkedUntilAPersonPutsItBack() {
        JsonNode run = world.queuedRun();
        for (int i = 0; i < 3; i++) {
            runner.offered(run);
            endOffer(run);
        }
        runner.poll().expect(204);

        JsonNode parked = read(run);
        assertThat(parked.path("status").asString()).isEqualTo("queued");
        assertThat(parked.path("parked_reason").asString()).isEqualTo("offers-unanswered");
        assertThat(explanation(run).at("/blockers/0/code").asString()).isEqualTo("parked");
        assertThat(world.admin()
                        .get("/api/run-requests?parked=true&project_id=" + world.project())
                        .expect(200)
                        .json()
                        .at("/items/0/id"))
                .isEqualTo(run.path("id"));
        world.person("ann", "\"view\",\"compile_briefs\"")
                .post(path(run) + "/requeue", WHY)
                .expect(403);
        JsonNode back =
                world.admin().post(path(run) + "/requeue", WHY).expect(200).json();
        assertThat(back.path("parked_at").isNull()).isTrue();
        assertThat(world.admin().post(path(run) + "/requeue", WHY).expect(409).problem())
                .isEqualTo("invalid-transition");
        runner.offered(run);
    }

    @Test
    void aRunnerGivesARunBack() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease lease = runner.accept(run);

        assertThat(lease.post("release", WHY).expect(200).json().path("status").asString())
                .isEqualTo("queued");
        assertThat(lease.post("release", WHY).expect(409).problem()).isEqualTo("invalid-transition");
        assertThat(lease.post("started", "{\"repo_revision_before\":\"" + World.REVISION + "\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
        RunnerClient.Lease second = runner.accept(run);
        assertThat(second.accepted().path("attempt").asInt()).isEqualTo(2);
        second.start();
        assertThat(second.post("release", WHY).expect(409).problem()).isEqualTo("invalid-transition");
    }

    @Test
    void aRunThatWaitsTooLongHasFailed() {
        JsonNode run = world.queuedRun();
        Rows.database()
                .sql("update foundry_run_requests set queue_expires_at = alloy_now() where id = :id")
                .param("id", run.path("id").asString())
                .update();
        runner.poll().expect(204);

        assertThat(read(run).path("status").asString()).isEqualTo("failed");
        assertThat(read(run).at("/failure/code").asString()).isEqualTo("expired-in-queue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"awaiting_approval", "queued", "offered", "accepted"})
    void whatHasNotStartedIsCalledOffAtOnce(String state) {
        JsonNode brief = world.brief();
        JsonNode run = world.request(brief);
        if (!state.equals("awaiting_approval")) {
            world.approve(brief);
        }
        if (state.equals("offered")) {
            runner.offered(run);
        }
        RunnerClient.Lease lease = state.equals("accepted") ? runner.accept(run) : null;
        assertThat(read(run).path("status").asString()).isEqualTo(state);

        JsonNode cancelled =
                world.admin().post(path(run) + "/cancel", WHY).expect(200).json();

        assertThat(cancelled.path("status").asString()).isEqualTo("cancelled");
        runner.poll().expect(204);
        if (lease != null) {
            assertThat(lease.post("started", started()).expect(409).problem()).isEqualTo("invalid-transition");
        }
        assertThat(world.admin().post(path(run) + "/cancel", WHY).expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void theRunnersWordEndsAnExecutingRunThatIsCalledOff() {
        World.Started started = world.startedRun();
        JsonNode asked = world.admin()
                .post(path(started.run()) + "/cancel", WHY)
                .expect(202)
                .json();

        assertThat(asked.path("status").asString()).isEqualTo("executing");
        assertThat(asked.path("cancel_requested_at").isNull()).isFalse();
        world.admin().post(path(started.run()) + "/cancel", WHY).expect(202);
        assertThat(explanation(started.run()).path("summary").asString())
                .contains("Attempt 1; its lease ends at", "It was cancelled at");
        JsonNode pulse = started.lease().post("heartbeat", "{}").expect(200).json();
        assertThat(pulse.path("directive").asString()).isEqualTo("cancel");
        assertThat(pulse.path("grace_seconds").asInt()).isPositive();
        started.lease()
                .post("completed", World.result(started.run()).put("status", "cancelled"))
                .expect(200);
        assertThat(read(started.run()).path("status").asString()).isEqualTo("cancelled");
    }

    @Test
    void aReadOnlyRunThatIsCalledOffEndsWithItsLease() {
        World.Started started = world.startedRun();
        world.admin().post(path(started.run()) + "/cancel", WHY).expect(202);
        endLease(started.run());
        runner.poll().expect(204);

        assertThat(read(started.run()).path("status").asString()).isEqualTo("cancelled");
    }

    @Test
    void aMutatingRunThatIsCalledOffIsLostWithItsLease() {
        World.Started started = mutatingRun();
        world.admin().post(path(started.run()) + "/cancel", WHY).expect(202);
        endLease(started.run());
        runner.poll().expect(204);

        assertThat(read(started.run()).path("status").asString()).isEqualTo("lost");
        assertThat(world.admin()
                        .post(path(started.run()) + "/cancel", WHY)
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void aDrainingRunnerIsTold() {
        World.Started started = world.startedRun();
        world.change(runner, "{\"status\":\"draining\"}");

        assertThat(started.lease()
                        .post("heartbeat", "{}")
                        .expect(200)
                        .json()
                        .path("directive")
                        .asString())
                .isEqualTo("drain");
    }

    @Test
    void aLeaseThatEndsAndAWordThatComesAtOnceAreOneAfterTheOther() {
        for (int i = 0; i < 5; i++) {
            World.Started started = world.startedRun();
            endLease(started.run());
            RunnerClient other = world.anotherRunner(1);
            List<Integer> answers = Together.run(List.of(
                    () -> started.lease()
                            .post("completed", World.result(started.run()))
                            .status(),
                    () -> other.poll().status(),
                    () -> other.poll().status()));

            String status = read(started.run()).path("status").asString();
            if (answers.get(0) == 200) {
                assertThat(status).isEqualTo("completed_with_findings");
            } else {
                assertThat(answers.get(0)).isEqualTo(409);
                assertThat(status).isIn("queued", "offered");
                world.admin().post(path(started.run()) + "/cancel", WHY).expect(200);
            }
        }
    }

    private World.Started mutatingRun() {
        world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        JsonNode run = world.queuedRun(World.mutatingIntent());
        return new World.Started(run, runner.start(run));
    }

    private void endLease(JsonNode run) {
        Rows.database().sql("""
                        update run_attempts set lease_expires_at = alloy_now()
                        where run_request_id = :run and lease_expires_at is not null
                        """).param("run", run.path("id").asString()).update();
    }

    private void endOffer(JsonNode run) {
        Rows.database()
                .sql("update foundry_run_requests set offer_expires_at = alloy_now() where id = :run")
                .param("run", run.path("id").asString())
                .update();
    }

    private JsonNode read(JsonNode run) {
        return world.read(run);
    }

    private JsonNode explanation(JsonNode run) {
        return world.admin()
                .get(path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
    }

    private static String started() {
        return "{\"repo_revision_before\":\"" + World.REVISION + "\"}";
    }

    private static String path(JsonNode run) {
        return RunnerClient.path(run);
    }
}
