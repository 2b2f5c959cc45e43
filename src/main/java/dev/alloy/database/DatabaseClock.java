package dev.alloy.database;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The one clock: {@code alloy_now()} of the database, microseconds, UTC. Replicas whose own clocks differ agree by it. Tests
 * replace that function in databases of their own. Source: domain.md, “Schema rules”.
 */
@Component
public class DatabaseClock {

    private final JdbcClient jdbc;

    DatabaseClock(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The present instant. */
    public Instant now() {
        return jdbc.sql("select alloy_now()")
                .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .single();
    }
}
