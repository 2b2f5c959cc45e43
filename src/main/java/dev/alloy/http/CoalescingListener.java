package dev.alloy.http;

import org.jspecify.annotations.Nullable;

/** Hears of requests that were answered with what an equal one under way at the same moment got. */
public interface CoalescingListener {

    /**
     * So many others got the same answer; they have not been answered yet.
     *
     * @param organizationId of the caller; null for one who belongs to none
     * @param location what the answer made or found
     */
    void shared(@Nullable String organizationId, String location, int others);
}
