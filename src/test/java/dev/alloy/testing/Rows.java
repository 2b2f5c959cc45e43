package dev.alloy.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the database holds of an organization, for tests that say that nothing has changed, or that go around the service. */
public final class Rows {

    private static final JdbcClient JDBC =
            JdbcClient.create(TestDatabase.shared().dataSource());

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
                                select (to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'last_poll_at' - 'last_heartbeat_at')::text
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

    /** How many audit events of a type name this credential. */
    public static long audited(String type, String credential) {
        return JDBC.sql("select count(*) from audit_events where type = :type and credential_id = :credential")
                .param("type", type)
                .param("credential", credential)
                .query(Long.class)
                .single();
    }
}
