package dev.alloy.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows the server that the database is on, and the one that the database says it was served on last. */
@Component
public class DatabaseServers {

    private final JdbcClient jdbc;

    DatabaseServers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The server that answers. */
    public DatabaseServer present() {
        return jdbc.sql("select * from database_server")
                .query((row, n) -> read(row))
                .single();
    }

    /** The server that was noted last, in whatever copy of the database this is; empty before the first time. */
    public Optional<DatabaseServer> noted() {
        return jdbc.sql("select * from served_database")
                .query((row, n) -> read(row))
                .optional();
    }

    /** Notes the server: from now on runs are accepted there, and nowhere else. */
    public void note(DatabaseServer server) {
        jdbc.sql("""
                        insert into served_database (system_identifier, timeline, database_oid, table_oid, server_started_at)
                        values (:system, :timeline, :database, :table, :startedAt)
                        on conflict (id) do update
                        set system_identifier = excluded.system_identifier, timeline = excluded.timeline,
                            database_oid = excluded.database_oid, table_oid = excluded.table_oid,
                            server_started_at = excluded.server_started_at, noted_at = alloy_now()
                        """)
                .param("system", server.systemIdentifier())
                .param("timeline", server.timeline())
                .param("database", server.database())
                .param("table", server.table())
                .param("startedAt", server.startedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Lets one replica after the other judge the database, for the rest of the transaction. */
    public void lock() {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('alloy database server', 0))")
                .query(row -> {});
    }

    private static DatabaseServer read(ResultSet row) throws SQLException {
        return new DatabaseServer(
                row.getString("system_identifier"),
                row.getObject("timeline", Long.class),
                row.getLong("database_oid"),
                row.getLong("table_oid"),
                row.getObject("server_started_at", OffsetDateTime.class).toInstant());
    }
}
