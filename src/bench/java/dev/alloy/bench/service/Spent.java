package dev.alloy.bench.service;

import java.io.IOException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What service and database have spent since they started, or between two moments.
 *
 * @param statements that clients sent, {@code BEGIN} and {@code COMMIT} left out
 * @param nested statements within functions, triggers and keys
 * @param commits transactions, reading ones too
 * @param moves updates of the rows of runs
 * @param hotMoves those of them that wrote no index
 * @param serviceCpu seconds
 * @param databaseCpu seconds
 */
record Spent(
        double statements,
        double nested,
        double commits,
        double walBytes,
        double moves,
        double hotMoves,
        double serviceCpu,
        double databaseCpu) {

    static Spent now(Service service) throws IOException {
        JdbcClient sql = service.sql();
        double serviceCpu = service.serviceCpu();
        double database = service.databaseCpu();
        return sql.sql("""
                        select (select coalesce(sum(calls), 0) from pg_stat_statements
                                where toplevel and query !~* '^(begin|commit|rollback)') as statements,
                            (select coalesce(sum(calls), 0) from pg_stat_statements where not toplevel) as nested,
                            (select xact_commit from pg_stat_database where datname = current_database()) as commits,
                            pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal,
                            (select n_tup_upd from pg_stat_user_tables where relname = 'foundry_run_requests') as moves,
                            (select n_tup_hot_upd from pg_stat_user_tables where relname = 'foundry_run_requests') as hot
                        """)
                .query((row, n) -> new Spent(
                        row.getDouble("statements"),
                        row.getDouble("nested"),
                        row.getDouble("commits"),
                        row.getDouble("wal"),
                        row.getDouble("moves"),
                        row.getDouble("hot"),
                        serviceCpu,
                        database))
                .single();
    }

    Spent since(Spent earlier) {
        return new Spent(
                statements - earlier.statements,
                nested - earlier.nested,
                commits - earlier.commits,
                walBytes - earlier.walBytes,
                moves - earlier.moves,
                hotMoves - earlier.hotMoves,
                serviceCpu - earlier.serviceCpu,
                databaseCpu - earlier.databaseCpu);
    }

    Spent dividedBy(double count) {
        return new Spent(
                statements / count,
                nested / count,
                commits / count,
                walBytes / count,
                moves / count,
                hotMoves / count,
                serviceCpu / count,
                databaseCpu / count);
    }
}
