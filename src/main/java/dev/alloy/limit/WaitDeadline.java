package dev.alloy.limit;

import dev.alloy.http.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Until when a request may wait for its work to begin, however many queues it passes. */
record WaitDeadline(long end) {

    private static final String ATTRIBUTE = WaitDeadline.class.getName();

    /** Counts from the request's arrival: the container may have had no thread for it. */
    static WaitDeadline of(HttpServletRequest request, Duration longest) {
        var patience = new WaitDeadline(ClientConnection.arrivalOf(request) + longest.toNanos());
        request.setAttribute(ATTRIBUTE, patience);
        return patience;
    }

    /** What a request was given; null where it passed no queue. */
    static @Nullable WaitDeadline of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof WaitDeadline patience ? patience : null;
    }

    boolean isOver() {
        return left().isNegative();
    }

    /** What is left of it; negative where it is over. */
    Duration left() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    /** At least a millisecond: 0 would be endless to a container. */
    long leftMillis() {
        return Math.max(1, left().toMillis());
    }
}
