package dev.alloy.compilation.web;

import dev.alloy.compilation.GateOverlay;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A gate overlay's row. */
record GateOverlayResponse(
        String id,
        String formationBriefId,
        String projectId,
        String mode,
        String status,
        String digest,
        String schemaVersion,
        Instant createdAt,
        @Nullable String approvedBy,
        @Nullable Instant approvedAt,
        @Nullable String rejectedBy,
        @Nullable Instant rejectedAt,
        @Nullable String rejectionReason) {

    static GateOverlayResponse of(GateOverlay overlay) {
        return new GateOverlayResponse(
                overlay.id(),
                overlay.formationBriefId(),
                overlay.projectId(),
                overlay.mode(),
                overlay.status(),
                overlay.digest(),
                overlay.schemaVersion(),
                overlay.createdAt(),
                overlay.approvedBy(),
                overlay.approvedAt(),
                overlay.rejectedBy(),
                overlay.rejectedAt(),
                overlay.rejectionReason());
    }
}
