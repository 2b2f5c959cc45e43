package dev.alloy.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the database holds of an organization, for tests that say that nothing has changed, or that go around the service. */
public final class Rows {

    private static final JdbcClient JDBC = JdbcClient.create(pool());

    /** Asked so often that a connection each time would take longer than the answers. */
    private static HikariDataSource pool() {
        var configuration = new HikariConfig();
        configuration.setDataSource(TestDatabase.shared().dataSource());
        configuration.setMaximumPoolSize(4);
        configuration.setMinimumIdle(0);
        return new HikariDataSource(configuration);
    }

    private Rows() {}

    /** The database of the application under test. */
    public static JdbcClient database() {
        return JDBC;
    }

    /** A digest of every table's rows of an organization, short of refusals and of when somebody was last seen. */
    public static Map<String, String> of(String organization) {
        Map<String, String> digests = new TreeMap<>();
        List<String> tables = JDBC.sql("""
                        select table_name from information_schema.columns
                        where table_schema = 'public' and column_name = 'organization_id' order by 1
                        """).query(String.class).list();
        for (String table : tables) {
            digests.put(
                    table,
                    JDBC.sql("""
                            select coalesce(md5(string_agg(line, e'\\n' order by line)), '') from (
                                select (to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'last_poll_at' - 'last_heartbeat_at'
                                    - 'key_last_used_at')::text
                                from %s t where organization_id = :organization
                                  and coalesce(to_jsonb(t) ->> 'type', '') not in ('access.denied', 'credential.refused')
                            ) lines (line)
                            """.formatted(table))
                            .param("organization", organization)
                            .query(String.class)
                            .single());
        }
        return digests;
    }

    /** A digest of every table's rows, whoever they belong to, short of refusals and of when somebody was last seen. */
    public static Map<String, String> everything() {
        Map<String, String> digests = new TreeMap<>();
        List<String> tables = JDBC.sql("""
                        select table_name from information_schema.tables
                        where table_schema = 'public' and table_type = 'BASE TABLE' order by 1
                        """).query(String.class).list();
        for (String table : tables) {
            digests.put(
                    table, JDBC.sql("""
                            select count(*) || ' ' || coalesce(sum(hashtextextended(line, 0)), 0) from (
                                select (to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'last_poll_at' - 'last_heartbeat_at'
                                    - 'key_last_used_at')::text
                                from %s t
                                where coalesce(to_jsonb(t) ->> 'type', '') not in ('access.denied', 'credential.refused')
                            ) lines (line)
                            """.formatted(table)).query(String.class).single());
        }
        return digests;
    }

    /** Names the last change that anybody made: each has its row in the audit log. */
    public static String lastChange() {
        return JDBC.sql("""
                        select (select max(id) from audit_events where type not in ('access.denied', 'credential.refused'))
                            || ' ' || (select count(*) from organizations) || ' ' || (select count(*) from kept_answers)
                        """).query(String.class).single();
    }

    /** How many audit events of a type name this credential. */
    public static long audited(String type, String credential) {
        return JDBC.sql("select count(*) from audit_events where type = :type and credential_id = :credential")
                .param("type", type)
                .param("credential", credential)
                .query(Long.class)
                .single();
    }
}
