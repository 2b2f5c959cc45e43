package dev.alloy.database;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which copy of the database is served, and by which server.
 *
 * @param systemIdentifier made with the cluster; null where the server does not tell
 * @param timeline counts up when a standby is promoted or a backup is recovered to a point in time; null where the server does not tell
 * @param database number of the database in its cluster
 * @param table number of a table in it: other in a database that was restored from a dump
 */
public record DatabaseServer(
        @Nullable String systemIdentifier, @Nullable Long timeline, long database, long table) {

    /** What became of the database between two looks. */
    public enum Change {
        /** The same server, as far as it tells. */
        NONE,
        /** The same cluster on another timeline: a standby took over, or a backup was recovered to a point in time. */
        TIMELINE,
        /** Another cluster or another database: a dump was restored, or all was moved. */
        ANOTHER
    }

    /** How this differs from what was seen before. What one of the two does not tell counts as the same. */
    public Change since(DatabaseServer before) {
        if (database != before.database || table != before.table || differ(systemIdentifier, before.systemIdentifier)) {
            return Change.ANOTHER;
        }
        return differ(timeline, before.timeline) ? Change.TIMELINE : Change.NONE;
    }

    /** Whether the server tells both, so that a change is seen. */
    public boolean isTold() {
        return systemIdentifier != null && timeline != null;
    }

    private static boolean differ(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !Objects.equals(one, other);
    }
}
