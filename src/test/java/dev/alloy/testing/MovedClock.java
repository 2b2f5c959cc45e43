package dev.alloy.testing;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Moves the clock of a database that a test has for itself. */
public final class MovedClock {

    private MovedClock() {}

    /** Lets the database's clock be some seconds ahead of the machine's. */
    public static void ahead(DataSource database, int seconds) {
        new JdbcTemplate(database).execute("""
                create or replace function alloy_now() returns timestamptz language sql stable parallel safe as $$
                    select statement_timestamp() + interval '%d seconds'
                $$""".formatted(seconds));
    }
}
