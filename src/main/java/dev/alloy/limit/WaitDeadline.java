package dev.alloy.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Until when a request may wait for its work to begin, however many queues it passes. */
record WaitDeadline(long end) {

    private static final String ATTRIBUTE = WaitDeadline.class.getName();

    /** Begins with the first queue that a request comes to. */
    static WaitDeadline of(HttpServletRequest request, Duration longest) {
        var patience = new WaitDeadline(System.nanoTime() + longest.toNanos());
        request.setAttribute(ATTRIBUTE, patience);
        return patience;
    }

    /** What a request was given; null where it passed no queue. */
    static @Nullable WaitDeadline of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof WaitDeadline patience ? patience : null;
    }

    /** At least a millisecond: 0 would be endless to a container. */
    long leftMillis() {
        return Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
    }
}
