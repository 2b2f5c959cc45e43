package dev.alloy.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Refuses a database whose schema was made by another generation of the migrations. Until version 1.0.0 the migrations are edited in place,
 * and each edit counts the generation up; see docs/adr/0028.
 */
final class SchemaGeneration {

    /** What V1__database.sql writes into a new database. */
    static final int NEEDED = 2;

    /** Databases from before generations were counted. */
    private static final int UNCOUNTED = 0;

    private SchemaGeneration() {}

    /**
     * Reads the generation, and changes nothing.
     *
     * @throws DatabaseNotUsable when the database has a schema of another generation
     */
    static void check(DataSource dataSource) {
        int found;
        try (var connection = dataSource.getConnection()) {
            found = of(connection);
        } catch (SQLException e) {
            throw new DatabaseNotUsable(
                    "The generation of the database's schema cannot be read: " + e.getMessage(),
                    "Name an empty database in spring.datasource.url, or one that belongs to Alloy alone.",
                    e);
        }
        if (found != NEEDED) {
            throw new DatabaseNotUsable(
                    "This database was made by an unreleased Alloy (generation " + found + ", needed " + NEEDED
                            + "). Nothing was changed.",
                    "Export the audit log with the Alloy that made it if you need it, then move the whole data directory away"
                            + " or name an empty database.");
        }
    }

    /** A database without a schema has the generation that Flyway is about to make. */
    private static int of(Connection connection) throws SQLException {
        if (has(connection, "'alloy_schema'")) {
            return number(connection, "select coalesce(max(generation), " + UNCOUNTED + ") from alloy_schema");
        }
        // Flyway makes its history before it runs the first migration, and may have died in between.
        boolean uncounted = has(
                        connection,
                        "'foundry_installations', 'alloy_runners', 'formation_brief_compilations', 'foundry_run_requests'")
                || (has(connection, "'flyway_schema_history'")
                        && number(
                                        connection,
                                        "select count(*) from flyway_schema_history where script = 'V1__foundation.sql'")
                                > 0);
        return uncounted ? UNCOUNTED : NEEDED;
    }

    private static boolean has(Connection connection, String tables) throws SQLException {
        return number(
                        connection,
                        "select count(*) from pg_tables where schemaname = current_schema() and tablename in (" + tables
                                + ")")
                > 0;
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
