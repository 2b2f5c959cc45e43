package dev.alloy.access;

import java.time.Instant;

/** A row that belongs to an organization and stands in a list ordered by (time, id). */
public interface TenantRow {

    /** The primary key. */
    String id();

    /** Bytes of what it holds that may be large, as a list of it shows them; lists end where they have come to enough. */
    default long bytes() {
        return 0;
    }

    /** When it came into being, by the database's clock. */
    Instant createdAt();
}
