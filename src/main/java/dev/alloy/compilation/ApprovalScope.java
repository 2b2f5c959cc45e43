package dev.alloy.compilation;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.alloy.access.Authority;
import java.util.Locale;
import java.util.Set;

/** How far an approval reaches; each scope includes those before. Source: access.md, “Rules”. */
public enum ApprovalScope {
    /** Simulated mutators only. */
    DRY_RUN(Authority.APPROVE_DRY_RUN),
    /** Mutators execute; nothing verifies them. */
    AUDIT_ONLY(Authority.APPROVE_MUTATION),
    /** Everything but a commit. */
    FULL(Authority.APPROVE_MUTATION),
    /** Commit and push. */
    COMMIT_PUSH(Authority.APPROVE_COMMIT_PUSH),
    /** Cutting a release. */
    RELEASE(Authority.APPROVE_RELEASE);

    private static final Set<String> NEVER_COMMIT =
            Set.of("greet_requested", "validation_requested", "drift_assessment_requested");
    private static final Set<String> MAY_RELEASE_AT_FULL = Set.of("vulnerability_detected", "scan_requested");

    private final Authority authority;

    ApprovalScope(Authority authority) {
        this.authority = authority;
    }

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What giving an approval of this scope takes. */
    public Authority authority() {
        return authority;
    }

    /** Whether an approval of this scope is enough where that one is needed. */
    public boolean includes(ApprovalScope needed) {
        return compareTo(needed) >= 0;
    }

    /** The scope that a run needs. */
    public static ApprovalScope neededFor(String entryEvent, String throttle) {
        if (entryEvent.equals("release_requested")) {
            return RELEASE;
        }
        return switch (throttle) {
            case "dry_run" -> DRY_RUN;
            case "audit_only" -> AUDIT_ONLY;
            default -> neededAtFull(entryEvent);
        };
    }

    private static ApprovalScope neededAtFull(String entryEvent) {
        if (MAY_RELEASE_AT_FULL.contains(entryEvent)) {
            return RELEASE;
        }
        return NEVER_COMMIT.contains(entryEvent) ? FULL : COMMIT_PUSH;
    }
}
