package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Projects take turns, runners speak for all their runs at once, and what was said too late is kept. */
@AlloyTest
class FairnessScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void aProjectWithALongQueueLetsAnotherHaveItsTurn() {
        String other = world.anotherProject();
        RunnerClient runner = world.register(world.project(), world.installation(), 10);
        world.change(runner, "{\"allowed_projects\":[\"" + world.project() + "\",\"" + other + "\"]}");
        List<String> long1 = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long1.add(world.queuedRun(World.intent("Long " + i)).path("id").asString());
        }
        JsonNode brief = world.briefIn(other, World.intent("Short"));
        world.approve(brief);
        String late = world.request(brief).path("id").asString();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            JsonNode offered =
                    runner.poll().expect(200).json().path("execution_request").path("request_id");
            order.add(offered.asString());
            runner.api()
                    .post("/api/run-requests/" + offered.asString() + "/accepted", "{}")
                    .expect(200);
        }

        assertThat(order.indexOf(late)).isLessThanOrEqualTo(1);
        order.remove(late);
        assertThat(order).isEqualTo(long1);
    }

    @Test
    void aRunnerRenewsAllItsLeasesAtOnce() {
        RunnerClient runner = world.anotherRunner(2);
        JsonNode one = world.queuedRun(World.intent("One"));
        RunnerClient.Lease first = runner.accept(one);
        JsonNode two = world.queuedRun(World.intent("Two"));
        RunnerClient.Lease second = runner.start(two);
        world.admin()
                .post(RunnerClient.path(two) + "/cancel", "{\"reason\":\"r\"}")
                .expect(202);

        JsonNode answer = runner.api()
                .post("/api/runners/" + runner.id() + "/heartbeat", """
                        {"leases":[{"run_request_id":"%s","lease_token":"%s"},{"run_request_id":"%s","lease_token":"%s"},
                          {"run_request_id":"%s","lease_token":"wrong"}]}""".formatted(
                                one.path("id").asString(),
                                first.token(),
                                two.path("id").asString(),
                                second.token(),
                                one.path("id").asString()))
                .expect(200)
                .json()
                .path("leases");

        assertThat(answer.findValuesAsString("directive")).containsExactly("continue", "cancel", "cancel");
        assertThat(answer.path(0).at("/lease/expires_at").asString()).isNotEmpty();
        assertThat(answer.path(2).path("problem").asString()).isEqualTo("lease-invalid");
        assertThat(runner.api()
                        .post("/api/runners/" + world.runner() + "/heartbeat", "{}")
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void heartbeatsThatNameTheSameLeasesInOtherOrdersDoNotGetIntoOneAnothersWay() {
        RunnerClient runner = world.anotherRunner(4);
        List<String> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            JsonNode run = world.queuedRun(World.intent("Held " + i));
            held.add("{\"run_request_id\":\"" + run.path("id").asString() + "\",\"lease_token\":\""
                    + runner.start(run).token() + "\"}");
        }
        List<String> backwards = new ArrayList<>(held);
        Collections.reverse(backwards);
        AtomicInteger next = new AtomicInteger();
        for (int round = 0; round < 5; round++) {
            assertThat(Together.times(8, () -> runner.api()
                            .post(
                                    "/api/runners/" + runner.id() + "/heartbeat",
                                    "{\"leases\":" + (next.getAndIncrement() % 2 == 0 ? held : backwards) + "}")))
                    .allSatisfy(answer -> assertThat(
                                    answer.expect(200).json().path("leases").findValuesAsString("directive"))
                            .containsExactly("continue", "continue", "continue", "continue"));
        }
    }

    @Test
    void aRunnerWithoutATimeToPollIsOnlineByItsHeartbeat() {
        RunnerClient runner = world.firstRunner();
        runner.poll().expect(204);
        Rows.database()
                .sql("update alloy_runners set last_poll_at = last_poll_at - interval '5 minutes' where id = :id")
                .param("id", runner.id())
                .update();
        assertThat(status(runner)).isEqualTo("offline");

        runner.api()
                .post("/api/runners/" + runner.id() + "/heartbeat", "{\"leases\":[]}")
                .expect(200);
        assertThat(status(runner)).isEqualTo("online");
    }

    private String status(RunnerClient runner) {
        return world.admin()
                .get("/api/runners/" + runner.id())
                .expect(200)
                .json()
                .path("status")
                .asString();
    }

    @Test
    void aRunnerThatReadsOtherDocumentsIsOfferedNothing() {
        JsonNode run = world.queuedRun();
        RunnerClient runner = world.firstRunner();
        runner.offered(run);
        declare(runner, "alloy.foundry_execution_request.v2");

        assertThat(runner.api()
                        .post(RunnerClient.path(run) + "/accepted", "{}")
                        .expect(409)
                        .problem())
                .isEqualTo("schema-version-unsupported");
        runner.poll().expect(204);
        declare(runner, "alloy.foundry_execution_request.v1");
        runner.offered(run);
    }

    private static void declare(RunnerClient runner, String version) {
        runner.api()
                .post(
                        "/api/runners/" + runner.id() + "/heartbeat",
                        "{\"supported_schema_versions\":[\"" + version + "\"]}")
                .expect(200);
    }

    @Test
    void aRevokedRunnerGivesBackWhatItHasNotStarted() {
        RunnerClient runner = world.anotherRunner(3);
        JsonNode accepted = world.queuedRun(World.intent("Accepted"));
        runner.accept(accepted);
        JsonNode offered = world.queuedRun(World.intent("Offered"));
        runner.offered(offered);
        world.admin()
                .post("/api/runners/" + runner.id() + "/revoke", "{\"reason\":\"Gone.\"}")
                .expect(200);

        assertThat(world.read(accepted).path("status").asString()).isEqualTo("queued");
        assertThat(world.read(offered).path("status").asString()).isEqualTo("queued");
        RunnerClient next = world.anotherRunner(2);
        next.accept(accepted);
        next.accept(offered);
    }

    @Test
    void whatWasSaidTooLateIsShown() {
        World.Started started = world.startedRun();
        started.complete();
        ObjectNode other = World.result(started.run()).put("retry_count", 7);
        started.lease().post("completed", other).expect(409);

        JsonNode reports = world.admin()
                .get(RunnerClient.path(started.run()) + "/late-reports")
                .expect(200)
                .json()
                .path("items");

        assertThat(reports).hasSize(1);
        assertThat(reports.path(0).path("reason").asString()).isEqualTo("result-conflict");
        assertThat(reports.path(0).path("body")).isEqualTo(other);
        Api stranger = World.on(port).person("eve", "\"view\"");
        stranger.get(RunnerClient.path(started.run()) + "/late-reports").expect(404);
    }

    @Test
    void whatIsStuckIsFoundByFilters() {
        JsonNode run = world.queuedRun();
        String path = "/api/run-requests?status=queued&effect=read_only&throttle=dry_run&branch=alloy/checkout-payment"
                + "&project_id=" + world.project();

        JsonNode found = world.admin().get(path).expect(200).json().path("items");
        assertThat(found.findValuesAsString("id"))
                .containsExactly(run.path("id").asString());
        assertThat(found.path(0).path("state_since").asString()).isNotEmpty();
        assertThat(world.admin()
                        .get(path.replace("read_only", "harmless"))
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-parameter");
    }
}
