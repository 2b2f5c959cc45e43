package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What happens at the same moment on two replicas happens once. */
class ReplicaRaceScenarioTests {

    private static final String START = "{\"repo_revision_before\":\"" + World.REVISION + "\"}";

    private static final int DUPLICATES = 1000;

    @Test
    void whatTwoReplicasAreAskedAtOnceIsDoneOnce() {
        try (Replicas replicas = Replicas.start(2)) {
            World world = World.on(replicas.port(0));
            equalRequestsAreOneRun(replicas, world);
            eachRunIsOfferedOnce(replicas, world);
            aRunIsStartedOnce(replicas, world);
            aPollHearsOfWhatTheOtherReplicaQueues(replicas, world);
            whatIsTakenAwayAtOneReplicaIsWorthNothingAtTheOther(replicas, world);
        }
    }

    private static void whatIsTakenAwayAtOneReplicaIsWorthNothingAtTheOther(Replicas replicas, World world) {
        Api elsewhere = Api.on(replicas.port(1));
        JsonNode token = world.token("gone", "\"view\"", "");
        JsonNode registration = world.registrationToken("");
        RunnerClient runner = world.anotherRunner(1);
        List<Api> credentials = List.of(
                elsewhere.as(token.path("token").asString()),
                elsewhere.as(registration.path("registration_token").asString()),
                runner.api().at(elsewhere));
        credentials.forEach(one -> one.get("/api/whoami").expect(200));

        world.admin()
                .delete("/api/access-tokens/" + token.path("id").asString())
                .expect(204);
        world.admin()
                .delete("/api/registration-tokens/" + registration.path("id").asString())
                .expect(204);
        world.admin()
                .post("/api/runners/" + runner.id() + "/revoke", "{\"reason\":\"r\"}")
                .expect(200);

        credentials.forEach(one -> one.get("/api/whoami").expect(401));
    }

    private static void equalRequestsAreOneRun(Replicas replicas, World world) {
        JsonNode brief = world.brief(World.intent("A storm of duplicates"));
        world.approve(brief);
        AtomicInteger next = new AtomicInteger();
        String body = "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"}";
        List<Api.Answer> answers = Together.times(DUPLICATES, () -> Api.on(replicas.port(next.getAndIncrement() % 2))
                .as(Api.BOOTSTRAP_TOKEN)
                .post("/api/projects/" + world.project() + "/run-requests", body));

        assertThat(answers).extracting(Api.Answer::status).containsOnly(200, 201);
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .extracting(answer -> answer.json().path("id").asString())
                .containsOnly(answers.get(0).json().path("id").asString());
        JsonNode run = world.read(answers.get(0).json());
        assertThat(run.path("transport_replays").asInt()).isEqualTo(DUPLICATES - 1);
        world.firstRunner().start(run).post("completed", World.result(run)).expect(200);

        replicas.add();
        Api.Answer later = world.admin()
                .at(Api.on(replicas.port(2)))
                .post("/api/projects/" + world.project() + "/run-requests", body)
                .expect(200);
        assertThat(later.json().path("id"))
                .as("at a replica that started since")
                .isEqualTo(run.path("id"));
        assertThat(later.header("Idempotent-Replayed")).isEqualTo("true");
    }

    private static void eachRunIsOfferedOnce(Replicas replicas, World world) {
        List<String> queued = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            queued.add(world.queuedRun(World.intent("Raced " + i)).path("id").asString());
        }
        List<Callable<List<String>>> polling = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RunnerClient runner = on(replicas, i, world.anotherRunner(30));
            polling.add(() -> takeAll(runner));
        }
        List<String> taken =
                Together.run(polling).stream().flatMap(List::stream).toList();

        assertThat(taken).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(queued);
    }

    /** Polls and accepts until there is nothing more. */
    private static List<String> takeAll(RunnerClient runner) {
        List<String> taken = new ArrayList<>();
        for (Api.Answer offer = runner.poll(); offer.status() == 200; offer = runner.poll()) {
            String id = offer.json().at("/execution_request/request_id").asString();
            runner.api().post("/api/run-requests/" + id + "/accepted", "{}").expect(200);
            taken.add(id);
        }
        return taken;
    }

    private static void aRunIsStartedOnce(Replicas replicas, World world) {
        JsonNode run = world.queuedRun(World.intent("Started by both"));
        RunnerClient runner = world.anotherRunner(1);
        RunnerClient.Lease lease = runner.accept(run);
        AtomicInteger next = new AtomicInteger();
        List<Api.Answer> answers = Together.times(16, () -> lease.api()
                .at(Api.on(replicas.port(next.getAndIncrement() % 2)))
                .post(lease.path() + "/started", START));

        assertThat(answers).extracting(Api.Answer::status).containsOnly(200);
        assertThat(answers)
                .filteredOn(answer -> answer.header("Idempotent-Replayed") == null)
                .hasSize(1);
    }

    /** Without the bell the poll would wait for a sweep, which comes once an hour here. */
    private static void aPollHearsOfWhatTheOtherReplicaQueues(Replicas replicas, World world) {
        RunnerClient runner = on(replicas, 1, world.anotherRunner(1));
        CompletableFuture<Api.Answer> poll = runner.pollLater();
        JsonNode run = world.queuedRun(World.intent("Queued by the other"));

        assertThat(poll.join()
                        .expect(200)
                        .json()
                        .at("/execution_request/request_id")
                        .asString())
                .isEqualTo(run.path("id").asString());
    }

    private static RunnerClient on(Replicas replicas, int number, RunnerClient runner) {
        return new RunnerClient(runner.id(), runner.api().at(Api.on(replicas.port(number % replicas.count()))));
    }
}
