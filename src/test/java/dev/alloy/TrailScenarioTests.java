package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Whatever moves a run leaves a row in its history and one in the audit log, with who and for which request. */
@AlloyTest
class TrailScenarioTests {

    private final JdbcClient jdbc = TestDatabase.shared().jdbc();

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void followsARunFromItsRequestToItsResult() {
        JsonNode brief = world.brief();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\"");
        JsonNode run = World.requestAs(ann.with("X-Correlation-Id", "c-requested"), brief, "")
                .expect(201)
                .json();
        World.requestAs(ann.with("X-Correlation-Id", "c-replayed"), brief, "").expect(200);
        approve(world.admin().with("X-Correlation-Id", "c-approved"), brief);
        runner("c-offered").offered(run);
        runner("c-offered-again").offered(run);
        RunnerClient.Lease lease = runner("c-accepted").acceptOffered(run, "{}");
        start(lease, "c-started");
        start(lease, "c-started-again");
        assertThat(run.path("correlation_id").asString()).isEqualTo("c-requested");
        leased(lease, "c-completed")
                .post(lease.path() + "/completed", World.result(run))
                .expect(200);

        String runner = "runner:" + world.runner();
        assertThat(history(run))
                .containsExactly(
                        "requested - awaiting_approval - person:ann c-requested",
                        "queued awaiting_approval queued - person:bootstrap c-approved",
                        "offered queued offered - " + runner + " c-offered",
                        "accepted offered accepted 1 " + runner + " c-accepted",
                        "executing accepted executing 1 " + runner + " c-started",
                        "completed_with_findings executing completed_with_findings 1 " + runner + " c-completed");
        assertThat(audited(run))
                .containsExactly(
                        "run.requested person:ann c-requested",
                        "run.queued person:bootstrap c-approved",
                        "run.offered " + runner + " c-offered",
                        "run.accepted " + runner + " c-accepted",
                        "run.executing " + runner + " c-started",
                        "run.completed_with_findings " + runner + " c-completed");
    }

    @Test
    void namesTheCallbackThatEndedARun() {
        World.Started started = world.startedRun();
        world.admin()
                .as(started.lease().callbackToken())
                .with("X-Correlation-Id", "c-callback")
                .post(started.lease().path() + "/completed", World.result(started.run()))
                .expect(200);

        assertThat(history(started.run()))
                .last()
                .asString()
                .contains(" callback:")
                .endsWith(" c-callback");
        assertThat(audited(started.run())).last().asString().contains(" callback:");
    }

    @Test
    void namesTheRequestOfAPollThatWaited() throws Exception {
        var waiting = runner("c-waited").pollLater();
        Awaitility.await().until(() -> !world.admin()
                .get("/api/runners/" + world.runner())
                .expect(200)
                .json()
                .path("last_poll_at")
                .isNull());

        JsonNode run = world.queuedRun();
        waiting.get(30, TimeUnit.SECONDS).expect(200);

        assertThat(history(run)).last().isEqualTo("offered queued offered - runner:" + world.runner() + " c-waited");
        assertThat(audited(run)).last().isEqualTo("run.offered runner:" + world.runner() + " c-waited");
    }

    @Test
    void followsARunThatIsStoppedAtItsStart() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease lease = runner("c-accepted").accept(run);
        leased(lease, "c-stopped")
                .post(lease.path() + "/started", "{\"repo_revision_before\":\"dead456\"}")
                .expect(409);

        String runner = "runner:" + world.runner();
        assertThat(history(run)).last().isEqualTo("failed accepted failed 1 " + runner + " c-stopped");
        assertThat(audited(run)).last().isEqualTo("run.failed " + runner + " c-stopped");
    }

    @Test
    void auditsALateReport() {
        World.Started started = world.startedRun();
        started.complete();
        leased(started.lease(), "c-late")
                .post(
                        started.lease().path() + "/completed",
                        World.result(started.run()).put("retry_count", 9))
                .expect(409);

        assertThat(audited(started.run()))
                .last()
                .isEqualTo("run.late_report_kept runner:" + world.runner() + " c-late");
    }

    @Test
    void leavesNothingOfWhatIsRefused() {
        JsonNode run = world.queuedRun();
        List<String> before = history(run);

        world.runnerApi().post(RunnerClient.path(run) + "/accepted", "{}").expect(409);
        world.runnerApi().post(RunnerClient.path(run) + "/heartbeat", "{}").expect(403);

        assertThat(history(run)).isEqualTo(before);
    }

    private RunnerClient runner(String correlationId) {
        return new RunnerClient(world.runner(), world.runnerApi().with("X-Correlation-Id", correlationId));
    }

    private Api leased(RunnerClient.Lease lease, String correlationId) {
        return world.runnerApi().with("Alloy-Lease", lease.token(), "X-Correlation-Id", correlationId);
    }

    private void start(RunnerClient.Lease lease, String correlationId) {
        leased(lease, correlationId)
                .post(lease.path() + "/started", "{\"repo_revision_before\":\"abc123\"}")
                .expect(200);
    }

    private static void approve(Api by, JsonNode brief) {
        by.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"abc123\"}")
                .expect(201);
    }

    private List<String> history(JsonNode run) {
        return jdbc.sql("""
                        select concat_ws(' ', type, coalesce(from_status, '-'), to_status, coalesce(attempt::text, '-'), actor,
                            correlation_id)
                        from run_events where run_request_id = :run order by id
                        """)
                .param("run", run.path("id").asString())
                .query(String.class)
                .list();
    }

    private List<String> audited(JsonNode run) {
        return jdbc.sql("""
                        select concat_ws(' ', type, actor_type || ':' || actor_name, correlation_id)
                        from audit_events where target_type = 'run_request' and target_id = :run order by id
                        """)
                .param("run", run.path("id").asString())
                .query(String.class)
                .list();
    }
}
