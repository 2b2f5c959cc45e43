package dev.alloy.restore;

import static dev.alloy.testing.RunnerClient.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Secrets;
import dev.alloy.database.Ids;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a runner reports of runs and attempts that its server lost in a restore is kept, within bounds, and shown. */
@AlloyTest
class UnknownRunScenarioTests {

    private static final String UNKNOWN = Ids.next("runreq");
    private static final String NOWHERE =
            Secrets.issue("alloy_lse_", Ids.next("attempt").substring("attempt_".length()));
    private static final JdbcClient DATABASE = TestDatabase.shared().jdbc();

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    private static void restore(World restored) {
        DATABASE.sql(
                        "insert into restorations (organization_id, because, parked, lost) values (:organization, '{x}', 0, 0)")
                .param("organization", restored.organization())
                .update();
    }

    private static ObjectNode result(String run, String foundryRun) {
        ObjectNode result = World.example("run-result");
        result.put("run_request_id", run);
        result.put("brief_id", "brief_1");
        result.put("brief_digest", "sha256:" + "0".repeat(64));
        result.put("foundry_run_id", foundryRun);
        return result;
    }

    private static Api.Answer report(World world, String run, String foundryRun) {
        return world.runnerApi()
                .with("Alloy-Lease", NOWHERE)
                .post("/api/run-requests/" + run + "/completed", result(run, foundryRun));
    }

    private static List<JsonNode> kept(Api person) {
        return person.get("/api/late-reports?limit=200")
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    @Test
    void aReportOnARunThatTheRestoredDatabaseDoesNotKnowIsKeptOnce() {
        Api viewer = world.person("viewer", "\"view\"");
        assertThat(report(world, UNKNOWN, "evt_1").expect(404).problem())
                .as("nothing was restored here")
                .isEqualTo("not-found");
        restore(world);

        for (int i = 0; i < 2; i++) {
            assertThat(report(world, UNKNOWN, "evt_1").expect(409).problem()).isEqualTo("run-unknown-after-restore");
        }

        assertThat(kept(viewer)).singleElement().satisfies(report -> {
            assertThat(report.path("run_request_id").asString()).isEqualTo(UNKNOWN);
            assertThat(report.path("reason").asString()).isEqualTo("unknown-run");
            assertThat(report.path("reported_by").asString()).isEqualTo("runner:" + world.runner());
            assertThat(report.path("body")).isEqualTo(result(UNKNOWN, "evt_1"));
        });
        assertThat(viewer.get("/api/audit-events?type=run.late_report_kept&target_id=" + UNKNOWN)
                        .expect(200)
                        .json()
                        .at("/items/0/detail/reason")
                        .asString())
                .isEqualTo("unknown-run");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "started   | {\"repo_revision_before\":\"abc123\"}",
                "heartbeat | {}",
                "release   | {\"reason\":\"Why.\"}",
                "events    | {\"events\":[{\"sequence\":1,\"type\":\"x.y\",\"occurred_at\":\"2026-01-01T00:00:00Z\"}]}",
                "accepted  | {}"
            })
    void everyCallSaysSo(String call, String body) {
        restore(world);

        assertThat(world.runnerApi()
                        .with("Alloy-Lease", NOWHERE)
                        .post("/api/run-requests/" + UNKNOWN + "/" + call, body)
                        .expect(409)
                        .problem())
                .isEqualTo("run-unknown-after-restore");
        assertThat(kept(world.admin()))
                .noneMatch(report -> report.path("reported_by").asString().equals("runner:" + world.runner()));
    }

    @Test
    void anotherOrganizationsRunIsAnsweredLikeOneThatIsNowhere() {
        World other = World.on(port);
        JsonNode run = other.queuedRun();
        restore(world);

        Api.Answer foreign = report(world, run.path("id").asString(), "evt_1").expect(409);

        assertThat(foreign.json().path("detail"))
                .isEqualTo(report(world, UNKNOWN, "evt_2").json().path("detail"));
        assertThat(kept(other.person("viewer", "\"view\""))).isEmpty();
        assertThat(other.admin()
                        .get(path(run) + "/late-reports")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(report(other, UNKNOWN, "evt_1").expect(404).problem())
                .as("the other's database was not restored")
                .isEqualTo("not-found");
    }

    @Test
    void aReportOnAnAttemptThatIsNotKnownIsKeptWithItsRun() {
        JsonNode run = world.queuedRun();
        String id = run.path("id").asString();
        assertThat(report(world, id, "evt_1").expect(403).problem()).isEqualTo("lease-invalid");
        restore(world);

        assertThat(report(world, id, "evt_1").expect(409).problem()).isEqualTo("run-unknown-after-restore");

        assertThat(world.admin()
                        .get(path(run) + "/late-reports")
                        .expect(200)
                        .json()
                        .at("/items/0/reason")
                        .asString())
                .isEqualTo("unknown-attempt");
        assertThat(world.read(run).path("late_reports").asInt()).isEqualTo(1);
        RunnerClient stranger = world.register(world.anotherProject(), world.installation(), 1);
        assertThat(stranger.api()
                        .with("Alloy-Lease", NOWHERE)
                        .post(path(run) + "/completed", result(id, "evt_2"))
                        .expect(403)
                        .problem())
                .as("a runner that is not allowed the project says nothing of its runs")
                .isEqualTo("lease-invalid");
    }

    @Test
    void aRunnerFillsItsOwnShareAndNoMore() {
        restore(world);
        RunnerClient other = world.anotherRunner(1);

        for (int i = 0; i < 52; i++) {
            report(world, UNKNOWN, "evt_" + i).expect(409);
        }
        other.api()
                .with("Alloy-Lease", NOWHERE)
                .post(
                        "/api/run-requests/" + UNKNOWN + "/failed",
                        result(UNKNOWN, "evt_other").put("status", "failed"))
                .expect(409);

        assertThat(kept(world.person("viewer", "\"view\"")))
                .hasSize(51)
                .first()
                .extracting(report -> report.path("reported_by").asString())
                .isEqualTo("runner:" + other.id());
    }

    @Test
    void onlyRunnersAreBelievedToKnowMore() {
        restore(world);
        Api limited = world.admin()
                .as(world.token(
                                "limited",
                                "\"view\",\"compile_briefs\"",
                                ",\"project_ids\":[\"" + world.project() + "\"]")
                        .path("token")
                        .asString());

        limited.get("/api/late-reports").expect(403);
        limited.get("/api/run-requests/" + UNKNOWN).expect(404);
        limited.post("/api/run-requests/" + UNKNOWN + "/cancel", "{\"reason\":\"Why.\"}")
                .expect(404);
        report(world, "runreq_1", "evt_1").expect(404);
        world.admin()
                .as(NOWHERE.replace("_lse_", "_cbk_"))
                .post("/api/run-requests/" + UNKNOWN + "/completed", result(UNKNOWN, "evt_1"))
                .expect(401);
        assertThat(kept(world.person("viewer", "\"view\""))).isEmpty();
    }
}
