package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Accepting gives a lease, and nothing goes on without it. */
@AlloyTest
class LeaseScenarioTests {

    private static final String START = "{\"repo_revision_before\":\"abc123\"}";

    @LocalServerPort
    private int port;

    private World world;
    private RunnerClient runner;
    private JsonNode run;

    @BeforeEach
    void queue() {
        world = World.on(port);
        runner = world.firstRunner();
        run = world.queuedRun();
    }

    @Test
    void answersTheSameAttemptWithFreshTokensToARepeatedAcceptance() {
        RunnerClient.Lease first = runner.accept(run);
        RunnerClient.Lease second = runner.acceptOffered(run, "{}");

        assertThat(second.accepted().path("attempt").asInt()).isEqualTo(1);
        assertThat(second.token()).isNotEqualTo(first.token()).startsWith("alloy_lse_");
        assertThat(second.callbackToken()).isNotEqualTo(first.callbackToken()).startsWith("alloy_cbk_");
        first.post("heartbeat", "{}").expect(200);
        second.post("heartbeat", "{}").expect(200);
        first.post("started", START).expect(200);
        second.post("completed", World.result(run)).expect(200);
    }

    @Test
    void refusesARepeatedAcceptanceWithAnotherClaim() {
        runner.offered(run);
        RunnerClient.Lease lease = runner.acceptOffered(run, "{\"claim\":\"journal-1\"}");

        for (String other : List.of("{\"claim\":\"journal-2\"}", "{}")) {
            assertThat(accept(runner, other).expect(409).problem()).isEqualTo("claim-conflict");
        }
        assertThat(Rows.audited("run.claim_refused", runner.id())).isEqualTo(2);
        runner.acceptOffered(run, "{\"claim\":\"journal-1\"}");
        lease.post("started", START).expect(200);
        assertThat(world.read(run).path("attempts").asInt()).isEqualTo(1);
    }

    @Test
    void refusesToAcceptWhatIsNotOffered() {
        Api.Answer queued = accept(runner, "{}").expect(409);
        assertThat(queued.problem()).isEqualTo("not-offered");
        assertThat(queued.json().path("state").asString()).isEqualTo("queued");

        RunnerClient other = world.anotherRunner(1);
        runner.offered(run);
        assertThat(accept(other, "{}").expect(409).problem()).isEqualTo("not-offered");
        runner.acceptOffered(run, "{}");
        assertThat(accept(other, "{}").expect(409).problem()).isEqualTo("not-offered");
        assertThat(world.read(run).path("runner_id").asString()).isEqualTo(runner.id());
    }

    @Test
    void refusesToAcceptWhatHasStarted() {
        runner.start(run);

        Api.Answer refused = accept(runner, "{}").expect(409);
        assertThat(refused.problem()).isEqualTo("invalid-transition");
        assertThat(refused.json().path("state").asString()).isEqualTo("executing");
    }

    @Test
    void asksForTheLease() {
        runner.accept(run);

        for (String step : List.of("started", "heartbeat")) {
            String body = step.equals("started") ? START : "{}";
            assertThat(runner.api()
                            .post(RunnerClient.path(run) + "/" + step, body)
                            .expect(403)
                            .problem())
                    .isEqualTo("lease-required");
        }
        for (String step : List.of("completed", "failed")) {
            assertThat(runner.api()
                            .post(RunnerClient.path(run) + "/" + step, World.result(run))
                            .expect(403)
                            .problem())
                    .isEqualTo("lease-required");
        }
        assertThat(world.read(run).path("status").asString()).isEqualTo("accepted");
    }

    @Test
    void refusesALeaseThatIsForgedOrOfAnotherRun() {
        RunnerClient.Lease lease = runner.accept(run);
        RunnerClient other = world.anotherRunner(1);
        RunnerClient.Lease another = other.accept(world.queuedRun(World.intent("Another.")));
        String forged = another.token().substring(0, 20)
                + lease.token().substring(20, lease.token().length());

        for (String token : List.of(
                another.token(), forged, lease.callbackToken(), "alloy_lse_", "nonsense", lease.token() + "0")) {
            assertThat(runner.api()
                            .with("Alloy-Lease", token)
                            .post(RunnerClient.path(run) + "/started", START)
                            .expect(403)
                            .problem())
                    .as(token)
                    .isEqualTo("lease-invalid");
        }
        // Another runner's key with this run's lease is no better.
        assertThat(other.api()
                        .with("Alloy-Lease", lease.token())
                        .post(RunnerClient.path(run) + "/started", START)
                        .problem())
                .isEqualTo("lease-invalid");
        assertThat(world.read(run).path("status").asString()).isEqualTo("accepted");
    }

    @Test
    void refusesHeartbeatsBeforeItIsAcceptedAndAfterItEnded() {
        assertThat(runner.api()
                        .with("Alloy-Lease", "alloy_lse_")
                        .post(RunnerClient.path(run) + "/heartbeat", "{}")
                        .expect(403)
                        .problem())
                .isEqualTo("lease-invalid");
        RunnerClient.Lease lease = runner.start(run);
        lease.post("heartbeat", "{}").expect(200);
        lease.post("completed", World.result(run)).expect(200);

        Api.Answer late = lease.post("heartbeat", "{}").expect(409);
        assertThat(late.problem()).isEqualTo("invalid-transition");
        assertThat(late.json().path("state").asString()).isEqualTo("completed_with_findings");
    }

    @Test
    void givesRunnersTheArtifactsOfWhatIsOfferedToThemOnly() {
        JsonNode brief = world.admin()
                .get("/api/formation-briefs/" + run.path("formation_brief_id").asString())
                .expect(200)
                .json();
        List<String> paths = List.of(
                "/api/formation-briefs/" + brief.path("id").asString() + "/compiled",
                "/api/prompt-packs/" + brief.path("prompt_pack").path("id").asString() + "/compiled",
                "/api/gate-overlays/"
                        + brief.path("gate_overlays").path(0).path("id").asString() + "/compiled");
        paths.forEach(
                path -> assertThat(runner.api().get(path).expect(404).problem()).isEqualTo("not-found"));

        runner.offered(run);

        RunnerClient other = world.anotherRunner(1);
        paths.forEach(path -> {
            runner.api().get(path).expect(200);
            assertThat(other.api().get(path).expect(404).problem()).isEqualTo("not-found");
        });
        RunnerClient.Lease lease = runner.acceptOffered(run, "{}").start();
        lease.post("completed", World.result(run)).expect(200);
        paths.forEach(path -> runner.api().get(path).expect(200));
    }

    private Api.Answer accept(RunnerClient by, String body) {
        return by.api().post(RunnerClient.path(run) + "/accepted", body);
    }
}
