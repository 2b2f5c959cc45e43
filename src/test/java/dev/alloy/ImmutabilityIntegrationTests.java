package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What is immutable is so for whoever owns the tables and speaks plain SQL. */
@AlloyTest
@TestInstance(Lifecycle.PER_CLASS)
class ImmutabilityIntegrationTests {

    private final World world;
    private final JsonNode run;

    ImmutabilityIntegrationTests(@LocalServerPort int port) throws SQLException {
        world = World.on(port);
        World.Started started = world.startedRun();
        run = started.run();
        started.complete();
        execute("""
                insert into trace_imports (id, organization_id, project_id, run_request_id, trace_format, raw_trace, digest,
                    size_bytes, summary, imported_by)
                select 'trace_' || id, organization_id, project_id, id, 'alloy.trace_summary.v1', 'raw', 'sha256:0', 3, '{}', 'test'
                from foundry_run_requests""" + rowOfRun());
        world.admin()
                .post("/api/brief-templates", """
                        {"organization_id":"%s","name":"t","source_intent":{}}""".formatted(world.organization()))
                .expect(201);
        String definition = world.admin()
                .get("/api/run-requests/" + run.path("id").asString() + "/evidence")
                .expect(200)
                .json()
                .at("/items/0/evidence_definition_id")
                .asString();
        world.admin()
                .post(
                        "/api/evidence-definitions/" + definition + "/waivers",
                        "{\"reason\":\"r\",\"review_date\":\"%s\"}".formatted(LocalDate.now(ZoneOffset.UTC)))
                .expect(201);
        world.queuedRun(World.intent("Be judged anew"));
        world.admin()
                .put(
                        "/api/foundry-installations/" + world.installation() + "/capability-manifest",
                        World.example("capability-manifest")
                                .put("foundry_version", "9.9.9")
                                .toString())
                .expect(200);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "formation_brief_compilations, compiled_payload = ''",
                "formation_brief_compilations, digest = 'sha256:0'",
                "formation_brief_compilations, source_intent_snapshot = ''",
                "formation_brief_compilations, throttle = 'full'",
                "formation_brief_compilations, repo_revision = 'dead'",
                "formation_brief_compilations, connection_type = 'manual'",
                "formation_brief_compilations, template_parameters = '{}'",
                "brief_template_versions, content = ''",
                "brief_template_versions, created_by = 'other'",
                "target_evaluations, holds = not holds",
                "target_evaluations, differences = '[1]'",
                "prompt_pack_compilations, prompts = ''",
                "prompt_pack_compilations, digest = 'sha256:0'",
                "prompt_pack_compilations, human_edits = '[1]'",
                "gate_overlays, content = ''",
                "gate_overlays, digest = 'sha256:0'",
                "gate_overlays, mode = 'advisory'",
                "evidence_definitions, statement = 'other'",
                "evidence_definitions, required = not required",
                "evidence_waivers, expires_at = expires_at + interval '1 day'",
                "approvals, brief_digest = 'sha256:0'",
                "approvals, scope = 'release'",
                "approvals, repo_revision = 'dead'",
                "approvals, expires_at = expires_at + interval '1 second'",
                "approvals, approved_by = 'other'",
                "foundry_run_results, status = 'completed'",
                "foundry_run_results, raw_result = ''",
                "foundry_run_results, claimed_status = 'completed'",
                "trace_imports, raw_trace = ''",
                "trace_imports, digest = 'sha256:1'",
                "evidence_observations, status = 'unknown'",
                "evidence_observations, notes = 'other'",
                "run_attempts, repo_revision_before = 'dead'",
                "run_attempts, runner_id = runner_id",
                "run_accounts, document = ''",
                "run_accounts, status = 'failed'",
                "run_events, type = 'other'",
                "run_events, occurred_at = occurred_at - interval '1 second'",
                "audit_events, actor_name = 'other'",
                "audit_events, detail = '{}'",
            })
    void refusesToChange(String table, String change) {
        // A change to what a row already says would be none.
        String rows = rows() + (change.startsWith("mode") ? " and mode <> 'advisory'" : "");

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update " + table + " set " + change + rows))
                .withMessageContaining("UPDATE of " + table + " is refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "formation_brief_compilations",
                "prompt_pack_compilations",
                "gate_overlays",
                "brief_template_versions",
                "target_evaluations",
                "evidence_definitions",
                "approvals",
                "foundry_run_requests",
                "foundry_run_results",
                "trace_imports",
                "evidence_observations",
                "run_accounts",
                "run_events",
                "audit_events",
                "installation_manifests",
                "run_attempts"
            })
    void refusesToDelete(String table) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("delete from " + table + rows()))
                .withMessageContaining("DELETE of " + table + " is refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "formation_brief_compilations",
                "prompt_pack_compilations",
                "gate_overlays",
                "brief_template_versions",
                "target_evaluations",
                "evidence_definitions",
                "approvals",
                "foundry_run_requests",
                "foundry_run_results",
                "trace_imports",
                "evidence_observations",
                "run_accounts",
                "run_events",
                "audit_events",
                "installation_manifests"
            })
    void refusesToTruncate(String table) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("truncate " + table + " cascade"))
                .withMessageContaining("TRUNCATE of " + table + " is refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content = ''", "digest = 'sha256:0'", "foundry_version = '9'"})
    void refusesToChangeAManifestButNotWhenItWasLastReported(String change) throws SQLException {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update installation_manifests set " + change + rows()))
                .withMessageContaining("UPDATE of installation_manifests is refused");
        assertThat(execute("update installation_manifests set last_reported_at = alloy_now()" + rows()))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'lost'",
                "status = 'failed'",
                "completed_at = completed_at + interval '1 second'",
                "started_at = null",
                "accepted_at = accepted_at - interval '1 second'",
                "attempts = attempts + 1",
                "failure_code = 'other'",
                "approval_id = null",
                "runner_id = null",
                "foundry_run_id = 'other'",
                "payload = ''",
                "throttle = 'full'",
                "brief_digest = 'other'",
                "repo_revision = 'dead'",
                "branch = 'main'",
                "requested_by = 'other'",
                "idempotency_key = 'sha256:' || repeat('0', 64)",
                "state_since = state_since - interval '1 hour'",
                "offered_at = offered_at - interval '1 hour'",
                "offer_trace_id = repeat('0', 32)",
                "supersedes = id, reexecution_ordinal = 1, reexecution_reason = 'r'",
                "simulated = true",
                "declined_by = 'other', decline_reason = 'r'",
                "needs_new_approval = true",
                "four_eyes_off = true",
                "result_id = 'other'",
                "claimed_status = 'failed'",
                "late_reports = -1",
                "account_version = null, account_status = null"
            })
    void refusesToChangeAnEndedRun(String change) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update foundry_run_requests set " + change + rowOfRun()))
                .withMessageContaining("UPDATE of foundry_run_requests is refused");
    }

    /** The queue and the taken branches are what the rows of runs say, whoever speaks SQL. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from run_queue",
                "update run_queue set parked = true",
                "insert into run_queue select q.* from run_queue q",
                "truncate run_queue",
                "insert into branch_holds (project_id, branch, organization_id, run_request_id) select project_id, branch,"
                        + " organization_id, id from foundry_run_requests limit 1",
                "truncate branch_holds"
            })
    void refusesToWriteWhatFollowsTheRowsOfRuns(String statement) {
        world.queuedRun(World.intent("Wait, and be left in peace: " + statement));

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute(statement))
                .withMessageContaining("is refused");
    }

    @Test
    void refusesToReviveAnApprovalThatHasEnded() throws SQLException {
        JsonNode brief = world.brief(World.intent("Be edited"));
        String approval = " where id = '" + world.approve(brief).path("id").asString() + "'";
        world.admin()
                .post(
                        "/api/prompt-packs/" + brief.at("/prompt_pack/id").asString() + "/edits",
                        "{\"phase\":\"review\",\"content\":\"Other words\",\"reason\":\"r\"}")
                .expect(201);

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update approvals set voided_at = null, voided_because = null" + approval))
                .withMessageContaining("stays so");
        execute("update approvals set revoked_at = alloy_now(), revoked_by = 'a'" + approval);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update approvals set revoked_at = null" + approval))
                .withMessageContaining("stays so");
    }

    @Test
    void countsReplaysOfAnEndedRun() throws SQLException {
        assertThat(execute("update foundry_run_requests set transport_replays = transport_replays + 1" + rowOfRun()))
                .isEqualTo(1);
        assertThat(world.read(run).path("transport_replays").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payload = ''",
                "throttle = 'full'",
                "branch = 'main'",
                "requested_by = 'other'",
                "correlation_id = 'other'",
                "supersedes = id, reexecution_ordinal = 1, reexecution_reason = 'r'"
            })
    void refusesToChangeTheInputsOfARunThatWaits(String change) {
        JsonNode waiting = world.queuedRun(World.intent("Wait for a runner: " + change));

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> execute("update foundry_run_requests set " + change + " where id = '"
                        + waiting.path("id").asString() + "'"))
                .withMessageContaining("UPDATE of foundry_run_requests is refused");
    }

    private String rows() {
        return " where organization_id = '" + world.organization() + "'";
    }

    private String rowOfRun() {
        return " where id = '" + run.path("id").asString() + "'";
    }

    private static int execute(String statement) throws SQLException {
        try (Connection connection = TestDatabase.shared().dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            return sql.executeUpdate(statement);
        }
    }
}
