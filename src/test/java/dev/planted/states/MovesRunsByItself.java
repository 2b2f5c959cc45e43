package dev.planted.states;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Writes a run's state past the one class that may. */
class MovesRunsByItself {

    private static final String WHERE = " where organization_id = :organization and id = :id";

    private final JdbcClient jdbc;

    MovesRunsByItself(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    StatementSpec plain() {
        return jdbc.sql("update foundry_run_requests set status = 'queued'" + WHERE);
    }

    StatementSpec aliased() {
        return jdbc.sql("""
                update foundry_run_requests as r
                set status = 'lost'
                where r.organization_id = :organization and r.id = :id
                """);
    }

    StatementSpec amongOthers() {
        return jdbc.sql(
                "update foundry_run_requests set parked_at = null, status = :to, version = version + 1" + WHERE);
    }

    StatementSpec asARow() {
        return jdbc.sql("update only foundry_run_requests set (version, status) = (version + 1, 'failed')" + WHERE);
    }

    StatementSpec built(String assignments) {
        return jdbc.sql("update foundry_run_requests set " + assignments + WHERE);
    }

    StatementSpec inAnExpression() {
        return jdbc.sql("""
                with moved as (
                    update foundry_run_requests set status = 'cancelled'
                    where organization_id = :organization and id = :id
                    returning id)
                select id from moved
                """);
    }

    StatementSpec ofAnyTable(String table) {
        return jdbc.sql("update " + table + " set status = 'queued'" + WHERE);
    }

    StatementSpec inserted() {
        return jdbc.sql("insert into foundry_run_requests (organization_id, id) values (:organization, :id)");
    }

    StatementSpec merged() {
        return jdbc.sql("""
                merge into foundry_run_requests r using projects p on p.organization_id = r.organization_id
                when matched then update set status = 'queued'
                """);
    }

    StatementSpec counted() {
        return jdbc.sql("update foundry_run_requests set transport_replays = transport_replays + 1" + WHERE
                + " and status = 'queued'");
    }

    StatementSpec read() {
        return jdbc.sql("select status from foundry_run_requests" + WHERE);
    }
}
