package dev.alloy.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server does about durability, as one session sees it: synchronous_commit can differ by role and by database.
 *
 * @param version server_version_num, for example 180001
 */
record Durability(int version, String fsync, String fullPageWrites, String synchronousCommit) {

    static final int OLDEST_MAJOR = 15;

    static Durability of(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select current_setting('server_version_num')::int,"
                        + " current_setting('fsync'), current_setting('full_page_writes'),"
                        + " current_setting('synchronous_commit')")) {
            row.next();
            return new Durability(row.getInt(1), row.getString(2), row.getString(3), row.getString(4));
        }
    }

    /** Every reason not to trust this server; empty when there is none. */
    List<String> objections() {
        var found = new ArrayList<String>();
        if (version < OLDEST_MAJOR * 10_000) {
            found.add("it is PostgreSQL " + version / 10_000 + ", and " + OLDEST_MAJOR + " is the oldest supported");
        }
        if (!fsync.equals("on")) {
            found.add("fsync is " + fsync);
        }
        if (!fullPageWrites.equals("on")) {
            found.add("full_page_writes is " + fullPageWrites);
        }
        if (synchronousCommit.equals("off")) {
            found.add("synchronous_commit is off");
        }
        return List.copyOf(found);
    }
}
