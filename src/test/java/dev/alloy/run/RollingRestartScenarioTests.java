package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A replica that is stopped answers the polls that wait on it; their runners go on at another. */
class RollingRestartScenarioTests {

    private static final int RUNNERS = 30;

    @Test
    void eachWaitingPollIsAnsweredByTheReplicaThatStops() throws Exception {
        try (Replicas replicas = Replicas.start(2)) {
            int stopping = replicas.port(0);
            World world = World.on(replicas.port(1));
            List<RunnerClient> staying = runners(world);
            List<RunnerClient> moving = runners(world);
            List<CompletableFuture<Api.Answer>> stay = park(replicas, 1, staying);
            List<CompletableFuture<Api.Answer>> ended = park(
                    replicas,
                    0,
                    moving.stream().map(runner -> runner.at(stopping)).toList());

            replicas.stop(0);

            for (CompletableFuture<Api.Answer> poll : ended) {
                assertSaysToComeAgain(poll.get(30, TimeUnit.SECONDS));
            }
            assertThat(stay).noneMatch(CompletableFuture::isDone);
            List<CompletableFuture<Api.Answer>> again = park(replicas, 0, moving);
            assertIsOfferedToOne(world, Stream.concat(stay.stream(), again.stream()));
        }
    }

    private static List<RunnerClient> runners(World world) {
        return IntStream.range(0, RUNNERS).mapToObj(i -> world.anotherRunner(1)).toList();
    }

    /** One after the other: a replica that has just started is slow, and refuses who would wait too long for their turn. */
    private static List<CompletableFuture<Api.Answer>> park(
            Replicas replicas, int replica, List<RunnerClient> runners) {
        Polls polls = replicas.bean(replica, Polls.class);
        return runners.stream()
                .map(runner -> {
                    CompletableFuture<Api.Answer> poll = runner.pollLater();
                    Awaitility.await().pollInterval(2, TimeUnit.MILLISECONDS).until(() -> polls.organizationsOfWaiting()
                            .containsKey(runner.id()));
                    return poll;
                })
                .toList();
    }

    private static void assertSaysToComeAgain(Api.Answer answer) {
        assertThat(answer.status()).isIn(204, 503);
        if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotBlank();
        }
    }

    private static void assertIsOfferedToOne(World world, Stream<CompletableFuture<Api.Answer>> polls)
            throws Exception {
        JsonNode run = world.queuedRun();
        Object first =
                CompletableFuture.anyOf(polls.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        assertThat(((Api.Answer) first)
                        .expect(200)
                        .json()
                        .path("execution_request")
                        .path("request_id"))
                .isEqualTo(run.path("id"));
    }
}
