package dev.alloy.limit;

import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses with problem documents, and counts. */
record ProblemRefusals(Duration window, ProblemWriter problems, Shed shed) implements Refusals {

    @Override
    public void ofRate(
            HttpServletRequest request, HttpServletResponse response, WorkKind work, RateLimiter.Count exceeded)
            throws IOException {
        shed.count(work, Shed.Reason.RATE);
        response.setHeader("Retry-After", Long.toString(Math.max(1, exceeded.retryAfter())));
        problems.write(
                request,
                response,
                ProblemType.TOO_MANY_REQUESTS
                        .because("This " + exceeded.name() + " sent more requests than it may in " + window.toSeconds()
                                + " seconds.")
                        .with("limit", exceeded.name()));
    }

    @Override
    public void tooManyAtOnce(
            HttpServletRequest request, HttpServletResponse response, @Nullable WorkKind work, Shed.Reason reason)
            throws IOException {
        shed.count(work, reason);
        problems.write(request, response, ProblemType.TOO_MANY_AT_ONCE.because(because(reason)));
    }

    private static String because(Shed.Reason reason) {
        return switch (reason) {
            case TOO_MANY_WAITING -> "Too many requests are already waiting.";
            case WAITED_TOO_LONG -> "The request waited too long for its turn.";
            case WOULD_WAIT_TOO_LONG ->
                "Too many requests of this organization are waiting for this one to have its turn in time.";
            case UNREAD -> "This credential's client has not read earlier answers yet.";
            case RATE, NO_DATABASE -> throw new IllegalArgumentException(reason + " has a problem of its own");
        };
    }
}
