package dev.alloy.database;

import java.sql.SQLException;
import javax.sql.DataSource;

/** Refuses a server that could forget a committed transaction. Source: quality.md, “Databases and time”. */
final class DurabilityCheck {

    private DurabilityCheck() {}

    /**
     * Asks the server once.
     *
     * @throws DatabaseNotUsable when it does not answer, is too old or not durable
     */
    static void check(DataSource dataSource) {
        Durability found;
        try (var connection = dataSource.getConnection()) {
            found = Durability.of(connection);
        } catch (SQLException e) {
            throw new DatabaseNotUsable(
                    "The database does not answer: " + e.getMessage(),
                    "Check that the PostgreSQL named by spring.datasource.url runs and admits spring.datasource.username.",
                    e);
        }
        if (!found.objections().isEmpty()) {
            throw new DatabaseNotUsable(
                    "The database could lose committed work, or is too old: " + String.join("; ", found.objections())
                            + ".",
                    "Use PostgreSQL " + Durability.OLDEST_MAJOR
                            + " or newer with fsync and full_page_writes on, and synchronous_commit anything but off"
                            + " (look at postgresql.conf, the command line, and settings of the role and the database).");
        }
    }
}
