package dev.alloy.bench.service;

import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes a past: runs that have ended, copied in the database from one that has. */
final class History {

    /** How many. */
    static final int RUNS = 1_000_000;

    private History() {}

    /** Copies an ended run with its attempt; what is unique is made so. */
    static void finish(JdbcClient sql) {
        String columns =
                columns(sql, "foundry_run_requests", Set.of("id", "idempotency_key", "requested_by", "requested_at"));
        sql.sql("""
                        insert into foundry_run_requests (id, idempotency_key, requested_by, requested_at, %1$s)
                        select 'runreq_past' || n, 'sha256:' || encode(sha256(convert_to('past' || n, 'UTF8')), 'hex'), 'past-' || n,
                            requested_at - n * interval '1 second', %1$s
                        from (select * from foundry_run_requests where completed_at is not null and supersedes is null limit 1) one,
                            generate_series(1, %2$d) n
                        """.formatted(columns, RUNS)).update();
        copyAttempts(sql);
        sql.sql("analyze").update();
    }

    private static void copyAttempts(JdbcClient sql) {
        String columns = columns(sql, "run_attempts", Set.of("id", "run_request_id"));
        sql.sql("""
                        insert into run_attempts (id, run_request_id, %1$s)
                        select 'attempt_past' || n, 'runreq_past' || n, %1$s
                        from (select * from run_attempts where ended_at is not null and attempt = 1 limit 1) one,
                            generate_series(1, %2$d) n
                        """.formatted(columns, RUNS)).update();
    }

    /** The columns of a table, but some, for copying rows. */
    static String columns(JdbcClient sql, String table, Set<String> but) {
        return sql.sql("""
                        select column_name from information_schema.columns
                        where table_schema = current_schema() and table_name = :table and is_generated = 'NEVER'
                        """).param("table", table).query(String.class).list().stream()
                .filter(column -> !but.contains(column))
                .collect(Collectors.joining(", "));
    }
}
