package dev.alloy.limit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers requests that are not served. */
interface Refusals {

    /** More came in a window than may. */
    void ofRate(HttpServletRequest request, HttpServletResponse response, WorkKind work, RateLimiter.Count exceeded)
            throws IOException;

    /** Its turn did not come in time, or would not; or what was answered before is unread. The kind of work is null where nobody knows it. */
    void tooManyAtOnce(
            HttpServletRequest request, HttpServletResponse response, @Nullable WorkKind work, Shed.Reason reason)
            throws IOException;
}
