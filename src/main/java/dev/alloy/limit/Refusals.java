package dev.alloy.limit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers requests of known callers that are not served. */
interface Refusals {

    /** More came in a window than may. */
    void ofRate(HttpServletRequest request, HttpServletResponse response, WorkKind work, RateLimiter.Count exceeded)
            throws IOException;

    /** Its turn did not come in time, or would not. */
    void tooManyAtOnce(HttpServletRequest request, HttpServletResponse response, WorkKind work, Shed.Reason reason)
            throws IOException;
}
