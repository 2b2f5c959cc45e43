package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.TestDatabase;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The migrations on a database of their own. */
class SchemaIntegrationTests {

    private static final TestDatabase.Fresh DATABASE = TestDatabase.create();
    private static final JdbcClient JDBC = DATABASE.jdbc();

    @BeforeAll
    static void migrate() {
        flyway().migrate();
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    private static Flyway flyway() {
        return Flyway.configure().dataSource(DATABASE.dataSource()).load();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            foundry_installations,         id project_id organization_id name foundry_version connection_type last_seen_at capability_manifest status
            alloy_runners,                 id organization_id name runner_key_hash allowed_projects status last_poll_at last_heartbeat_at registered_by registered_at
            formation_brief_compilations,  id brief_template_id project_id source_intent_snapshot compiled_payload compiler_version schema_version digest status created_by created_at approved_by approved_at
            prompt_pack_compilations,      id formation_brief_id template_version compiler_version prompts human_edits schema_version digest created_at
            gate_overlays,                 id formation_brief_id project_id mode content digest status created_at approved_by
            foundry_run_requests,          id project_id runner_id formation_brief_id brief_digest entry_event payload throttle repo_revision branch idempotency_key status requested_by requested_at accepted_at started_at completed_at
            foundry_run_results,           id run_request_id foundry_run_id status repo_revision_before repo_revision_after gate_results retry_count trace_uri summary raw_result completed_at
            trace_imports,                 id foundry_run_result_id trace_id trace_format raw_trace summary imported_at
            evidence_observations,         id evidence_definition_id run_request_id formation_brief_id status observed_by supporting_artifacts notes observed_at
            """)
    void hasEveryColumnOfTheRuntimeEntities(String table, String columns) {
        assertThat(columnsOf(table, "%")).contains(columns.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "formation_brief_compilations, brief_template_id approved_by approved_at",
        "gate_overlays, approved_by",
        "foundry_run_requests, runner_id accepted_at started_at completed_at",
    })
    void letsBeAbsentWhatTheRuntimeEntitiesCallNullable(String table, String columns) {
        assertThat(columnsOf(table, "YES")).contains(columns.split(" "));
    }

    private static List<String> columnsOf(String table, String nullable) {
        return JDBC.sql("""
                        select column_name from information_schema.columns
                        where table_schema = 'public' and table_name = :table and is_nullable like :nullable
                        """)
                .param("table", table)
                .param("nullable", nullable)
                .query(String.class)
                .list();
    }

    @Test
    void migratesTwiceWithoutChange() {
        List<String> before = everything();

        assertThat(flyway().migrate().migrationsExecuted).isZero();
        assertThat(everything()).isEqualTo(before).hasSizeGreaterThan(300);
        try (var another = TestDatabase.create()) {
            var migrated =
                    Flyway.configure().dataSource(another.dataSource()).load().migrate();
            assertThat(migrated.success).isTrue();
            assertThat(migrated.migrationsExecuted).isPositive();
        }
    }

    private static List<String> everything() {
        return JDBC.sql("""
                        select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as line
                        from information_schema.columns where table_schema = 'public'
                        union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
                        from pg_constraint where connamespace = 'public'::regnamespace
                        union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
                        union all select indexdef from pg_indexes where schemaname = 'public'
                        union all select concat_ws(' ', installed_rank, script, checksum, installed_on) from flyway_schema_history
                        order by 1
                        """).query(String.class).list();
    }

    @Test
    void takesOneRunForAProjectAndAnIdempotencyKey() {
        assertThat(JDBC.sql("""
                        select pg_get_constraintdef(oid) from pg_constraint
                        where conrelid = 'foundry_run_requests'::regclass and contype = 'u'
                        """).query(String.class).list()).contains("UNIQUE (project_id, idempotency_key)");
    }

    /** One that cannot be put into the statement is planned and run at each use. */
    @Test
    void putsTheTimeIntoTheStatement() {
        assertThat(JDBC.sql("explain (verbose, costs off) select alloy_now() from projects")
                        .query(String.class)
                        .list())
                .anySatisfy(line -> assertThat(line).contains("Output: statement_timestamp()"));
    }

    /** What keeps a runner from a run is asked of each run that waits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "not_allowed_project(q.project_id, r)",
                "untrusted_for_effect(q.project_id, q.effect, r)",
                "does_not_serve_installation(q.installation_id, r)",
                "schema_version_unsupported(r)",
                "pinned_to_another_runner(q.requested_runner_id, r)"
            })
    void putsWhatKeepsARunnerFromARunIntoTheStatement(String call) {
        assertThat(JDBC.sql("explain (verbose, costs off) select " + call + " from run_queue q, alloy_runners r")
                        .query(String.class)
                        .list())
                .noneSatisfy(line -> assertThat(line).contains(call.substring(0, call.indexOf('('))));
    }
}
