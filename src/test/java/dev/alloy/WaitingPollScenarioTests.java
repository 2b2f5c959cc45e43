package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.run.Polls;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Polls that wait, and polls that meet. */
@AlloyTest
class WaitingPollScenarioTests {

    @LocalServerPort
    private int port;

    @Autowired
    private Polls polls;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void wakesAWaitingPollForANewRun() throws Exception {
        CompletableFuture<Api.Answer> waiting = world.firstRunner().pollLater();
        untilItHasLooked(world.firstRunner());
        assertThat(waiting).isNotDone();

        JsonNode run = world.queuedRun();

        assertThat(offer(waiting).path("request_id")).isEqualTo(run.path("id"));
    }

    @Test
    void wakesAWaitingPollForAnApproval() throws Exception {
        JsonNode brief = world.brief();
        JsonNode run = world.request(brief);
        CompletableFuture<Api.Answer> waiting = world.firstRunner().pollLater();
        untilItHasLooked(world.firstRunner());
        assertThat(waiting).isNotDone();

        world.approve(brief);

        assertThat(offer(waiting).path("request_id")).isEqualTo(run.path("id"));
    }

    @Test
    void endsTheOlderPollOfARunnerWhenANewerOneComes() throws Exception {
        CompletableFuture<Api.Answer> older = world.firstRunner().pollLater();
        untilItHasLooked(world.firstRunner());
        CompletableFuture<Api.Answer> newer = world.firstRunner().pollLater();
        // The first poll may be slower on its way than the second; then the third is the newer one.
        while (CompletableFuture.anyOf(older, newer).get(30, TimeUnit.SECONDS) != null && !older.isDone()) {
            assertThat(newer.get().status()).isEqualTo(204);
            newer = world.firstRunner().pollLater();
        }

        assertThat(older.get().status()).isEqualTo(204);
        assertThat(newer).isNotDone();
        JsonNode run = world.queuedRun();
        assertThat(offer(newer).path("request_id")).isEqualTo(run.path("id"));
    }

    @Test
    void answersWaitingPollsWhenItStopsAndWakesThoseThatComeWhenItIsBack() throws Exception {
        CompletableFuture<Api.Answer> before = world.firstRunner().pollLater();
        untilItHasLooked(world.firstRunner());

        polls.stop();
        assertThat(before.get(30, TimeUnit.SECONDS).status()).isEqualTo(204);
        polls.start();

        CompletableFuture<Api.Answer> after = world.firstRunner().pollLater();
        JsonNode run = world.queuedRun();
        assertThat(offer(after).path("request_id")).isEqualTo(run.path("id"));
    }

    @Test
    void givesARunToOneOfTwoRunnersThatPollAtOnce() {
        RunnerClient one = world.anotherRunner(100);
        RunnerClient other = world.anotherRunner(100);
        for (int round = 0; round < 10; round++) {
            JsonNode run = world.queuedRun(World.intent("Round " + round));

            List<Api.Answer> answers = Together.run(List.<Callable<Api.Answer>>of(one::poll, other::poll));

            assertThat(answers).extracting(Api.Answer::status).containsExactlyInAnyOrder(200, 204);
            boolean oneWon = answers.get(0).status() == 200;
            RunnerClient winner = oneWon ? one : other;
            RunnerClient loser = oneWon ? other : one;
            assertThat(loser.api()
                            .post(RunnerClient.path(run) + "/accepted", "{}")
                            .expect(409)
                            .problem())
                    .isEqualTo("not-offered");
            winner.acceptOffered(run, "{}");
        }
    }

    @Test
    void offersOneRunToARunnerThatPollsManyTimesAtOnce() {
        RunnerClient runner = world.firstRunner();
        runner.poll().expect(204);
        for (int i = 0; i < 8; i++) {
            world.queuedRun(World.intent("Run " + i));
        }

        List<Api.Answer> answers = Together.times(8, runner::poll);

        assertThat(answers).extracting(Api.Answer::status).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.json().path("execution_request").path("request_id"))
                .containsOnly(answers.get(0).json().path("execution_request").path("request_id"));
        assertThat(runner.poll().expect(200).json()).isEqualTo(answers.get(0).json());
    }

    @Test
    void givesARunnerOneAttemptForManyEqualAcceptances() {
        JsonNode run = world.queuedRun();
        RunnerClient runner = world.firstRunner();
        runner.offered(run);

        List<RunnerClient.Lease> leases =
                Together.times(8, () -> runner.acceptOffered(run, "{\"claim\":\"journal-1\"}"));

        assertThat(leases)
                .extracting(lease -> lease.accepted().path("attempt").asInt())
                .containsOnly(1);
        assertThat(leases).extracting(RunnerClient.Lease::token).doesNotHaveDuplicates();
        leases.forEach(lease -> lease.post("heartbeat", "{}").expect(200));
        assertThat(world.read(run).path("attempts").asInt()).isEqualTo(1);
    }

    private void untilItHasLooked(RunnerClient runner) {
        Awaitility.await().until(() -> !world.admin()
                .get("/api/runners/" + runner.id())
                .expect(200)
                .json()
                .path("last_poll_at")
                .isNull());
    }

    private static JsonNode offer(CompletableFuture<Api.Answer> poll) throws Exception {
        return poll.get(30, TimeUnit.SECONDS).expect(200).json().path("execution_request");
    }
}
