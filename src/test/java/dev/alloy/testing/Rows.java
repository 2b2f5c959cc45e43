package dev.alloy.testing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the database holds of an organization, for tests that say that nothing has changed, or that go around the service. */
public final class Rows {

    private static final JdbcClient JDBC = TestDatabase.shared().jdbc();

    /** Names a row's version: whatever changes a row makes another. */
    private static final String VERSION = "t.ctid::text || ' ' || t.xmin::text";

    /** What a row says, short of when somebody was last seen. */
    private static final String WITHOUT_PRESENCE =
            "(to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'last_poll_at' - 'last_heartbeat_at' - 'key_last_used_at')::text";

    private static boolean isSeen(String table) {
        return Set.of("access_tokens", "alloy_runners", "console_sessions", "foundry_installations")
                .contains(table);
    }

    /** Refusals are noted, and change nothing. */
    private static String ofChanges(String table) {
        return table.equals("audit_events") ? "and type not in ('access.denied', 'credential.refused')" : "";
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
                        where table_schema = 'public' and column_name = 'organization_id'
                          and table_name not in (select table_name from information_schema.views where table_schema = 'public')
                        order by 1
                        """).query(String.class).list();
        for (String table : tables) {
            digests.put(
                    table,
                    JDBC.sql("""
                            select count(*) || ' ' || coalesce(sum(hashtextextended(%s, 0)), 0) from %s t
                            where organization_id = :organization
                              %s
                            """.formatted(isSeen(table) ? WITHOUT_PRESENCE : VERSION, table, ofChanges(table)))
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
                    table,
                    JDBC.sql("""
                            select count(*) || ' ' || coalesce(sum(hashtextextended(%s, 0)), 0) from %s t where true %s
                            """.formatted(isSeen(table) ? WITHOUT_PRESENCE : VERSION, table, ofChanges(table)))
                            .query(String.class)
                            .single());
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
