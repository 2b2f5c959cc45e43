package dev.alloy.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What a credential allows within its organization, or within its projects. Source: access.md, “Authorities”. */
public enum Authority {
    /** Every GET. */
    VIEW,
    /** Templates, compiling, prompt edits, requesting and cancelling runs. */
    COMPILE_BRIEFS,
    /** Approvals of scope dry_run; deciding about overlays; rejecting and archiving briefs; repeating read_only runs. */
    APPROVE_DRY_RUN,
    /** Approvals of scope audit_only and full; repeating mutating runs; resolving lost ones; requeueing what a restore parked. */
    APPROVE_MUTATION,
    /** Approvals of scope commit_push. */
    APPROVE_COMMIT_PUSH,
    /** Approvals of scope release. */
    APPROVE_RELEASE,
    /** Registering, trusting, draining and revoking runners; requeueing parked runs. */
    MANAGE_RUNNERS,
    /** Installations and their manifests. */
    MANAGE_INSTALLATIONS,
    /** Waiving evidence. */
    WAIVE_EVIDENCE,
    /** Projects and tokens. */
    ADMINISTER;

    /** The wire name. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The authority of this wire name; the name must be one. */
    public static Authority of(String wireName) {
        return Arrays.stream(values())
                .filter(authority -> authority.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No authority " + wireName));
    }
}
