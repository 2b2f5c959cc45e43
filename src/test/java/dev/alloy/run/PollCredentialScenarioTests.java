package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A poll that waits ends within seconds of its runner's credential, wherever that ended. */
class PollCredentialScenarioTests {

    private final Replicas replicas = Replicas.pair();

    private World world;
    private RunnerClient runner;

    @BeforeEach
    void make() {
        world = World.on(replicas.port(0));
        runner = world.firstRunner();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRevokedRunnersPollEnds(int revokedOn) throws Exception {
        CompletableFuture<Api.Answer> waiting = waiting();

        Api.on(replicas.port(revokedOn))
                .post("/api/runners/" + runner.id() + "/revoke", "{\"reason\":\"The host is gone.\"}")
                .expect(200);

        assertIsRefused(waiting);
    }

    /** Nobody looks at the key while it waits; where it was taken meanwhile, the offer is another's. */
    @Test
    void whoWaitsWithAKeyThatWasRotatedAwayIsOfferedNothing() throws Exception {
        CompletableFuture<Api.Answer> waiting = waiting();
        world.admin()
                .post("/api/runners/" + runner.id() + "/rotate-key", "{\"overlap_seconds\":0}")
                .expect(200);

        world.queuedRun();

        assertIsRefused(waiting);
    }

    private CompletableFuture<Api.Answer> waiting() {
        CompletableFuture<Api.Answer> waiting = runner.pollLater();
        Polls polls = replicas.bean(0, Polls.class);
        Awaitility.await().until(() -> polls.organizationsOfWaiting().containsKey(runner.id()));
        return waiting;
    }

    private static void assertIsRefused(CompletableFuture<Api.Answer> waiting) throws Exception {
        Api.Answer answer = waiting.get(10, TimeUnit.SECONDS);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.problem()).isEqualTo("unauthenticated");
    }
}
