package dev.alloy.compilation.web;

import dev.alloy.compilation.BriefHead;
import dev.alloy.compilation.BriefStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A brief as lists show it. */
record BriefSummaryResponse(
        String id,
        String organizationId,
        String projectId,
        int version,
        String digest,
        BriefStatus status,
        String schemaVersion,
        String compilerVersion,
        String installationId,
        String manifestDigest,
        String sourceIntentDigest,
        @Nullable String briefTemplateId,
        @Nullable Integer templateVersion,
        RepoResponse repo,
        String entryEvent,
        String throttle,
        String effect,
        String createdBy,
        Instant createdAt,
        @Nullable String approvedBy,
        @Nullable Instant approvedAt,
        @Nullable String closedBy,
        @Nullable Instant closedAt,
        @Nullable String closingReason) {

    static BriefSummaryResponse of(BriefHead brief) {
        return new BriefSummaryResponse(
                brief.id(),
                brief.organizationId(),
                brief.projectId(),
                brief.ordinal(),
                brief.digest(),
                brief.status(),
                brief.schemaVersion(),
                brief.compilerVersion(),
                brief.installationId(),
                brief.manifestDigest(),
                brief.sourceIntentDigest(),
                brief.briefTemplateId(),
                brief.templateVersion(),
                new RepoResponse(brief.repoPath(), brief.repoRevision(), brief.branch()),
                brief.entryEvent(),
                brief.throttle(),
                brief.effect(),
                brief.createdBy(),
                brief.createdAt(),
                brief.approvedBy(),
                brief.approvedAt(),
                brief.closedBy(),
                brief.closedAt(),
                brief.closingReason());
    }
}
