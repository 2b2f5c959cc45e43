package dev.alloy;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is freed on one replica wakes a poll that waits on the other. Nothing else would: the sweep comes once an hour here, and the
 * poll is gone before.
 */
class FreedScenarioTests {

    private static final String WHY = "{\"reason\":\"Because.\"}";

    private static final Replicas replicas = Replicas.pair();

    private World world;
    private RunnerClient holder;
    private RunnerClient waiter;

    @BeforeEach
    void make() {
        world = World.on(replicas.port(0));
        holder = trusted(world.firstRunner());
        RunnerClient another = trusted(world.anotherRunner(1));
        waiter = new RunnerClient(another.id(), another.api().at(Api.on(replicas.port(1))));
    }

    @Test
    void aRunThatItsRunnerReleased() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease lease = holder.accept(run);

        assertWaiterGets(run, () -> lease.post("release", WHY).expect(200));
    }

    @Test
    void aRunWhoseOfferWasWithdrawn() {
        JsonNode run = world.queuedRun();
        holder.offered(run);
        drain(holder);

        assertWaiterGets(run, () -> assertThat(holder.api()
                        .post(RunnerClient.path(run) + "/accepted", "{}")
                        .expect(409)
                        .problem())
                .isEqualTo("draining"));
    }

    @Test
    void aRunWhoseOfferWasNotAnswered() {
        JsonNode run = world.queuedRun();
        holder.offered(run);

        assertWaiterGets(run, () -> {
            endOffer(run);
            sweep();
        });
    }

    @Test
    void aRunWhoseLeaseLapsedBeforeItsStart() {
        JsonNode run = world.queuedRun();
        holder.accept(run);

        assertWaiterGets(run, () -> {
            endLease(run);
            sweep();
        });
    }

    @Test
    void aReadOnlyRunWhoseLeaseLapsed() {
        World.Started started = world.startedRun();

        assertWaiterGets(started.run(), () -> {
            endLease(started.run());
            sweep();
        });
    }

    @Test
    void aRunOfARunnerThatWasRevoked() {
        JsonNode run = world.queuedRun();
        holder.accept(run);

        assertWaiterGets(run, () -> world.admin()
                .post("/api/runners/" + holder.id() + "/revoke", WHY)
                .expect(200));
    }

    @Test
    void aParkedRunThatAPersonRequeues() {
        JsonNode run = world.queuedRun();
        for (int unanswered = 0; unanswered < 3; unanswered++) {
            holder.offered(run);
            endOffer(run);
            sweep();
        }

        assertWaiterGets(run, () -> world.admin()
                .post(RunnerClient.path(run) + "/requeue", WHY)
                .expect(200));
    }

    @Test
    void theBranchOfARunThatWasCancelledBeforeItsStart() {
        JsonNode first = mutating("First");
        holder.accept(first);

        assertWaiterGets(mutating("Second"), () -> world.admin()
                .post(RunnerClient.path(first) + "/cancel", WHY)
                .expect(200));
    }

    @Test
    void theBranchOfARunThatFailedBeforeItsStart() {
        JsonNode first = mutating("First");
        RunnerClient.Lease lease = holder.accept(first);

        assertWaiterGets(
                mutating("Second"), () -> lease.post("failed", result(first).put("status", "failed"))
                        .expect(200));
    }

    @Test
    void theBranchOfARunThatEnded() {
        JsonNode first = mutating("First");
        RunnerClient.Lease lease = holder.start(first);

        assertWaiterGets(
                mutating("Second"), () -> lease.post("completed", result(first)).expect(200));
    }

    @Test
    void theBranchOfARunThatCouldNotStart() {
        JsonNode first = mutating("First");
        RunnerClient.Lease lease = holder.accept(first);

        assertWaiterGets(
                mutating("Second"), () -> assertThat(lease.post("started", "{\"repo_revision_before\":\"fff999\"}")
                                .expect(409)
                                .problem())
                        .isEqualTo("revision-mismatch"));
    }

    @Test
    void theBranchOfALostRunThatAPersonResolved() {
        JsonNode first = mutating("First");
        holder.start(first);
        endLease(first);
        sweep();

        assertWaiterGets(mutating("Second"), () -> world.admin()
                .post(RunnerClient.path(first) + "/resolve", "{\"status\":\"failed\",\"reason\":\"Looked.\"}")
                .expect(200));
    }

    @Test
    void thePlaceOfARunThatEnded() {
        JsonNode first = world.queuedRun(World.intent("First"));
        RunnerClient.Lease lease = waiter.start(first);

        assertWaiterGets(world.queuedRun(World.intent("Second")), () -> lease.post("completed", World.result(first))
                .expect(200));
    }

    @Test
    void thePlaceOfARunThatIsLost() {
        JsonNode first = mutating("First");
        waiter.start(first);

        assertWaiterGets(world.queuedRun(World.intent("Second")), () -> {
            endLease(first);
            sweep();
        });
    }

    @Test
    void aPlaceThatARunnerWasGiven() {
        waiter.start(world.queuedRun(World.intent("First")));

        assertWaiterGets(
                world.queuedRun(World.intent("Second")), () -> world.change(waiter, "{\"max_concurrency\":2}"));
    }

    /** The poll waits on the second replica, has looked and found nothing; what frees comes to the first. */
    private void assertWaiterGets(JsonNode run, Runnable freeing) {
        replicas.database()
                .sql("update alloy_runners set last_poll_at = null where id = :id")
                .param("id", waiter.id())
                .update();
        CompletableFuture<Api.Answer> poll = waiter.pollLater();
        Awaitility.await().until(this::hasLooked);
        assertThat(poll).isNotDone();

        freeing.run();

        assertThat(poll.orTimeout(30, TimeUnit.SECONDS)
                        .join()
                        .expect(200)
                        .json()
                        .at("/execution_request/request_id"))
                .isEqualTo(run.path("id"));
    }

    private boolean hasLooked() {
        return !world.admin()
                .get("/api/runners/" + waiter.id())
                .expect(200)
                .json()
                .path("last_poll_at")
                .isNull();
    }

    /** A poll that may have nothing sees to what is over. */
    private void sweep() {
        RunnerClient idle = world.anotherRunner(1);
        drain(idle);
        idle.poll().expect(204);
    }

    private RunnerClient trusted(RunnerClient runner) {
        world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        return runner;
    }

    private void drain(RunnerClient runner) {
        world.change(runner, "{\"status\":\"draining\"}");
    }

    /** All on one branch. */
    private JsonNode mutating(String objective) {
        ObjectNode intent = World.mutatingIntent();
        ((ObjectNode) intent.path("mission")).put("objective", objective);
        return world.queuedRun(intent);
    }

    private static ObjectNode result(JsonNode run) {
        return World.result(run).put("entry_event", "execution_requested");
    }

    private static void endLease(JsonNode run) {
        replicas.database().sql("""
                        update run_attempts set lease_expires_at = alloy_now()
                        where run_request_id = :run and lease_expires_at is not null
                        """).param("run", run.path("id").asString()).update();
    }

    private static void endOffer(JsonNode run) {
        replicas.database()
                .sql("update foundry_run_requests set offer_expires_at = alloy_now() where id = :run")
                .param("run", run.path("id").asString())
                .update();
    }
}
