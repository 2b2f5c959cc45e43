package dev.planted.tables.trace;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Writes tables of other modules, and reads tables of modules that its own may not depend on. */
class ForeignTables {

    private static final String WHERE = " where organization_id = :organization and id = :id";

    private final JdbcClient jdbc;

    ForeignTables(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    StatementSpec inserted() {
        return jdbc.sql("insert into approvals (organization_id, id) values (:organization, :id)");
    }

    StatementSpec updated() {
        return jdbc.sql("update foundry_run_requests set simulated = true" + WHERE);
    }

    StatementSpec aliased() {
        return jdbc.sql("""
                update only foundry_run_requests as r
                set simulated = true
                where r.organization_id = :organization and r.id = :id
                """);
    }

    StatementSpec inAnExpression() {
        return jdbc.sql("""
                with ended as (
                    update run_attempts set ended_at = alloy_now()
                    where organization_id = :organization and id = :id
                    returning id)
                select id from ended
                """);
    }

    StatementSpec deleted() {
        return jdbc.sql("delete from kept_answers where owner = :owner");
    }

    StatementSpec merged() {
        return jdbc.sql("""
                merge into foundry_installations i using trace_imports t on t.organization_id = i.owning_organization_id
                when matched then update set last_seen_at = alloy_now()
                """);
    }

    StatementSpec truncated() {
        return jdbc.sql("truncate run_events, late_reports");
    }

    StatementSpec ofAnyTable(String table) {
        return jdbc.sql("update " + table + " set version = version + 1" + WHERE);
    }

    StatementSpec selected() {
        return jdbc.sql("select id from foundry_run_results" + WHERE);
    }

    StatementSpec joined() {
        return jdbc.sql("""
                select a.id from foundry_run_requests r
                join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                where r.organization_id = :organization
                """);
    }

    StatementSpec listed() {
        return jdbc.sql("select k.key_id from trace_imports t, attestation_keys k"
                + " where t.organization_id = :organization and k.replica = :replica");
    }

    StatementSpec within() {
        return jdbc.sql("""
                select id from trace_imports t where organization_id = :organization and exists (
                    select 1 from run_accounts c
                    where c.organization_id = t.organization_id and c.run_request_id = t.run_request_id)
                """);
    }

    StatementSpec called() {
        return jdbc.sql("select is_author(:organization, :brief, :ordinal, :name)");
    }

    StatementSpec its() {
        return jdbc.sql("update trace_imports set imported_by = :name" + WHERE);
    }

    StatementSpec below() {
        return jdbc.sql("select late_reports from foundry_run_requests" + WHERE);
    }
}
