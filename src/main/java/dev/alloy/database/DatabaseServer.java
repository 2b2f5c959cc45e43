package dev.alloy.database;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which copy of the database is served, and by which server.
 *
 * @param systemIdentifier made with the cluster; null where the server does not tell
 * @param timeline counts up when a standby is promoted or a backup is recovered to a point in time; null where the server does not tell
 * @param database number of the database in its cluster
 * @param table number of a table in it: other in a database that was restored from a dump
 * @param startedAt when the server was started; whoever puts a data directory back has to start it
 */
public record DatabaseServer(
        @Nullable String systemIdentifier, @Nullable Long timeline, long database, long table, Instant startedAt) {

    /** What became of the database between two looks. */
    public enum Change {
        /** The same server, as far as it tells; it may have been started again. */
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

    /** Whether a note says everything that this tells, so there is nothing to judge and nothing to note. */
    public boolean isIn(DatabaseServer note) {
        return note.equals(remembering(note));
    }

    /** This, and what a note of the same cluster tells besides: a role that loses a privilege does not make Alloy forget its server. */
    public DatabaseServer remembering(DatabaseServer note) {
        if (since(note) == Change.ANOTHER) {
            return this;
        }
        return new DatabaseServer(
                systemIdentifier == null ? note.systemIdentifier : systemIdentifier,
                timeline == null ? note.timeline : timeline,
                database,
                table,
                startedAt);
    }

    /** Whether the server tells both, so a change is seen. */
    public boolean isTold() {
        return systemIdentifier != null && timeline != null;
    }

    private static boolean differ(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !Objects.equals(one, other);
    }
}
