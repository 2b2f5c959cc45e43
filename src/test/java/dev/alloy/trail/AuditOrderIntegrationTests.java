package dev.alloy.trail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A cluster into which the log was restored counts its transactions from the start again. */
class AuditOrderIntegrationTests {

    private static final long OF_THE_CLUSTER_BEFORE = 1_000_000_000_000L;

    private final TestDatabase.Fresh database = TestDatabase.migrated();
    private final JdbcClient jdbc = database.jdbc();

    @BeforeEach
    void fill() {
        for (String organization : new String[] {"first", "middle", "rows", "silent"}) {
            jdbc.sql("insert into organizations (id, name, created_by) values (:id, :id, 'test')")
                    .param("id", organization)
                    .update();
        }
        log("first");
        log("middle");
        log("rows");
        log(null);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void leavesALogOfThisClusterAlone() {
        assertThat(continueOrder()).isFalse();
    }

    /** Wherever the newest transaction of the cluster before stands. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"first", "middle", "rows"})
    void putsNewRowsBehindThoseThatWereRestored(@Nullable String organization) {
        jdbc.sql("""
                        insert into audit_events (tx, organization_id, actor_type, actor_name, type, target_type, target_id)
                        values (:tx, :organization, 'system', 'test', 'test', 'test', 'test')
                        """)
                .param("tx", OF_THE_CLUSTER_BEFORE)
                .param("organization", organization)
                .update();

        assertThat(continueOrder()).isTrue();

        assertThat(log("silent")).isGreaterThan(OF_THE_CLUSTER_BEFORE);
        assertThat(continueOrder()).isFalse();
    }

    private boolean continueOrder() {
        return jdbc.sql("select continue_audit_order()").query(Boolean.class).single();
    }

    private long log(@Nullable String organization) {
        return jdbc.sql("""
                        insert into audit_events (organization_id, actor_type, actor_name, type, target_type, target_id)
                        values (:organization, 'system', 'test', 'test', 'test', 'test')
                        returning tx
                        """)
                .param("organization", organization)
                .query(Long.class)
                .single();
    }
}
