package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A poll answers only what the runner may have. */
@AlloyTest
class OfferScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void offersNothingOfAProjectTheRunnerIsNotAllowed() {
        RunnerClient elsewhere = world.register(world.anotherProject(), world.installation(), 1);
        JsonNode run = world.queuedRun();

        elsewhere.poll().expect(204);
        world.firstRunner().offered(run);
    }

    @Test
    void offersNothingForAnInstallationTheRunnerDoesNotServe() {
        RunnerClient elsewhere = world.register(world.project(), world.anotherInstallation(), 1);
        JsonNode run = world.queuedRun();

        elsewhere.poll().expect(204);
        world.firstRunner().offered(run);
    }

    @Test
    void offersNothingOfAnotherOrganization() {
        World foreign = World.on(port);
        world.queuedRun();

        foreign.firstRunner().poll().expect(204);
    }

    @Test
    void offersAMutatingRunToATrustedRunnerOnly() {
        JsonNode run = world.queuedRun(World.mutatingIntent());
        assertThat(run.path("effect").asString()).isEqualTo("mutating");
        assertThat(run.path("status").asString()).isEqualTo("queued");

        world.firstRunner().poll().expect(204);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");

        assertThat(world.firstRunner().offered(run).path("effect").asString()).isEqualTo("mutating");
    }

    @Test
    void offersAPinnedRunToItsRunnerOnly() {
        RunnerClient other = world.anotherRunner(1);
        JsonNode brief = world.brief();
        world.approve(brief);
        JsonNode run = world.request(brief, ",\"runner_id\":\"" + other.id() + "\"")
                .expect(201)
                .json();

        world.firstRunner().poll().expect(204);
        other.offered(run);
    }

    @Test
    void offersNothingToADrainingRunnerUntilItResumes() {
        JsonNode run = world.queuedRun();
        world.change(world.firstRunner(), "{\"status\":\"draining\"}");

        world.firstRunner().poll().expect(204);
        world.change(world.firstRunner(), "{\"status\":\"online\"}");
        world.firstRunner().offered(run);
    }

    @Test
    void knowsNoKeyOfARevokedRunner() {
        world.queuedRun();
        world.admin()
                .post("/api/runners/" + world.runner() + "/revoke", "{\"reason\":\"The host is gone.\"}")
                .expect(200);

        assertThat(world.firstRunner().poll().expect(401).problem()).isEqualTo("unauthenticated");
    }

    @Test
    void offersNoMoreThanTheRunnerTakesAtATime() {
        RunnerClient runner = world.anotherRunner(2);
        JsonNode first = world.queuedRun(World.intent("First."));
        JsonNode second = world.queuedRun(World.intent("Second."));
        JsonNode third = world.queuedRun(World.intent("Third."));

        var lease = runner.start(first);
        runner.accept(second);
        runner.poll().expect(204);
        lease.post("completed", World.result(first)).expect(200);

        runner.offered(third);
    }

    @Test
    void offersTheOldestRunFirst() {
        RunnerClient runner = world.anotherRunner(3);
        JsonNode first = world.queuedRun(World.intent("First."));
        JsonNode second = world.queuedRun(World.intent("Second."));
        JsonNode third = world.queuedRun(World.intent("Third."));

        runner.accept(first);
        runner.accept(second);
        runner.accept(third);
    }

    @Test
    void countsTheWaitFromWhenARunWasQueued() {
        JsonNode waitsForApproval = world.brief(World.intent("Asked first, approved last."));
        JsonNode askedFirst = world.request(waitsForApproval);
        JsonNode queuedFirst = world.queuedRun(World.intent("Asked last, queued first."));
        world.approve(waitsForApproval);
        RunnerClient runner = world.anotherRunner(2);

        runner.accept(queuedFirst);
        runner.accept(askedFirst);
    }

    @Test
    void repeatsTheOfferThatHasNotBeenAnswered() {
        JsonNode run = world.queuedRun();
        world.queuedRun(World.intent("Another."));

        Api.Answer once = world.firstRunner().poll().expect(200);
        Api.Answer again = world.firstRunner().poll().expect(200);

        assertThat(again.json()).isEqualTo(once.json());
        assertThat(again.json().path("execution_request").path("request_id")).isEqualTo(run.path("id"));
        assertThat(again.json().path("execution_request").path("attempt").asInt())
                .isEqualTo(1);
        assertThat(world.read(run).path("status").asString()).isEqualTo("offered");
        world.anotherRunner(1).poll().expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "51", "1.5", "ten", "0x1", "", "99999999999"})
    void refusesAWaitThatIsNoneOrTooLong(String wait) {
        assertThat(world.firstRunner().poll(wait).expect(400).problem()).isEqualTo("invalid-parameter");
    }

    @Test
    void letsARunnerPollForItselfOnly() {
        RunnerClient other = world.anotherRunner(1);

        assertThat(new RunnerClient(other.id(), world.runnerApi())
                        .poll()
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
        assertThat(new RunnerClient(other.id(), world.admin())
                        .poll()
                        .expect(403)
                        .problem())
                .isEqualTo("authority-missing");
        assertThat(new RunnerClient(other.id(), world.admin().as(null))
                        .poll()
                        .expect(401)
                        .problem())
                .isEqualTo("unauthenticated");
    }
}
