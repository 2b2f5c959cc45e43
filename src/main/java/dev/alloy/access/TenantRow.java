package dev.alloy.access;

import java.time.Instant;

/** A row that belongs to an organization and stands in a list ordered by (time, id). */
public interface TenantRow {

    /** The primary key. */
    String id();

    /** When it came into being, by the database's clock. */
    Instant createdAt();
}
