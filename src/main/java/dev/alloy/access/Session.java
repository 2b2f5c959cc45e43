package dev.alloy.access;

import java.time.Instant;

/**
 * A person who signed in to the console.
 *
 * @param id names it in lists; its secret is elsewhere
 * @param caller the person, with what their access token allows now
 * @param createdAt when they signed in
 * @param lastUsedAt when it was last used, to the minute
 * @param expiresAt when it ends, used or not
 */
public record Session(String id, Caller caller, Instant createdAt, Instant lastUsedAt, Instant expiresAt) {}
