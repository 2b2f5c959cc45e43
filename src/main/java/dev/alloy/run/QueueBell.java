package dev.alloy.run;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Wakes waiting polls on every replica when the queue has something new, once it is committed and they can see it. */
@Component
class QueueBell {

    private final JdbcClient jdbc;

    QueueBell(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void ring(RunRequest run) {
        ring(run.organizationId());
    }

    /** The database says the same only once a transaction, and nothing when it is rolled back. */
    void ring(String organizationId) {
        jdbc.sql("select pg_notify(:channel, :organization)")
                .param("channel", QueueListener.CHANNEL)
                .param("organization", organizationId)
                .query(row -> {});
    }
}
