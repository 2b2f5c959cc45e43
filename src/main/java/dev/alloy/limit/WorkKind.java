package dev.alloy.limit;

import dev.alloy.access.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Kinds of calls. Each has places of its own in an organization's share, so no kind can hold up a worthier one. Source:
 * access.md, “Limits”.
 */
enum WorkKind {
    /** What runners and Foundry report. Nothing else keeps it waiting: a lease ends meanwhile. */
    REPORT(1),
    /** What people and services change or decide. */
    DECISION(2),
    /** Polls for work; one that waits for a run holds no place. */
    POLL(2),
    /** Questions. */
    LOOK(2),
    /** Questions that read much of the database or a large document. */
    COSTLY(8);

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private static final Pattern NEXT = Pattern.compile("/api/runners/[^/]+/run-requests/next");

    private static final Pattern LARGE = Pattern.compile("/api/(audit-verification"
            + "|formation-briefs/[^/]+/(bundle|diff)"
            + "|run-requests/[^/]+/(attestation|audit|late-reports)"
            + "|projects/[^/]+/(foundry-capabilities|evidence)"
            + "|(run-results|trace-imports)/[^/]+/raw)"
            + "|/runs/[^/]+/(attestation|audit|late-reports)");

    private final int parts;

    WorkKind(int parts) {
        this.parts = parts;
    }

    /** Of so many places those that this kind may take; at least one. */
    int of(int places) {
        return Math.max(1, (places + parts - 1) / parts);
    }

    /** What a request of such a caller is. */
    static WorkKind of(Caller.Kind caller, HttpServletRequest request) {
        String path = request.getRequestURI();
        if (!READING.contains(request.getMethod())) {
            boolean reports = caller == Caller.Kind.RUNNER || caller == Caller.Kind.CALLBACK;
            return reports ? REPORT : DECISION;
        }
        if (NEXT.matcher(path).matches()) {
            return POLL;
        }
        return LARGE.matcher(path).matches() || isExport(path, request) ? COSTLY : LOOK;
    }

    private static boolean isExport(String path, HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return path.equals("/api/audit-events") && accept != null && accept.contains("ndjson");
    }
}
