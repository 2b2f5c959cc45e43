package dev.alloy.run.web;

import dev.alloy.run.Failure;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A run as people see it. */
record RunResponse(
        String id,
        String organizationId,
        String projectId,
        RunStatus status,
        Instant stateSince,
        String idempotencyKey,
        @Schema(type = "object") ObjectNode idempotencyParts,
        String formationBriefId,
        String briefDigest,
        String promptPackId,
        String promptPackDigest,
        @Nullable String approvalId,
        String installationId,
        @Nullable String runnerId,
        @Nullable String requestedRunnerId,
        Repo repo,
        String entryEvent,
        String throttle,
        String effect,
        int attempts,
        int transportReplays,
        @Nullable Integer retryCount,
        @Nullable String foundryRunId,
        @Nullable FailureResponse failure,
        String requestedBy,
        Instant requestedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant queuedAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable String supersedes,
        @Nullable String supersededBy,
        @Nullable Integer reexecutionOrdinal,
        @Nullable String reexecutionReason,
        @Nullable Instant parkedAt,
        @Nullable String parkedReason,
        @Nullable Instant queueExpiresAt,
        @Nullable Instant cancelRequestedAt,
        @Nullable String resolvedBy,
        @Nullable String resolutionReason,
        @Nullable String declinedBy,
        @Nullable String declineReason,
        @Nullable String remedy,
        boolean fourEyesOff,
        @Nullable String resultId,
        @Nullable RunStatus claimedStatus,
        int lateReports,
        int conflictingReports,
        boolean simulated,
        @Nullable AccountResponse account,
        @Nullable String correlationId) {

    /**
     * The newest account of a run that has ended.
     *
     * @param version 0 for a run that ended before accounts were kept
     * @param status what the run came to, as far as that version knows
     * @param differs whether that is not what ended the run
     */
    @Schema(name = "RunAccountSummary")
    record AccountResponse(int version, RunStatus status, boolean differs) {

        static @Nullable AccountResponse of(RunRequest run) {
            if (!run.status().isTerminal()) {
                return null;
            }
            Integer version = run.accountVersion();
            RunStatus status = run.accountStatus();
            return version == null || status == null
                    ? new AccountResponse(0, run.status(), false)
                    : new AccountResponse(version, status, status != run.status());
        }
    }

    @Schema(name = "RunRepo")
    record Repo(String path, String revision, String branch) {}

    @Schema(name = "RunFailure")
    record FailureResponse(String category, String code, String message, List<String> recoveryActions) {

        static @Nullable FailureResponse of(@Nullable Failure failure) {
            return failure == null
                    ? null
                    : new FailureResponse(
                            failure.category(), failure.code(), failure.message(), failure.recoveryActions());
        }
    }

    static RunResponse of(RunRequest run, ObjectNode parts) {
        return new RunResponse(
                run.id(),
                run.organizationId(),
                run.projectId(),
                run.status(),
                run.stateSince(),
                run.idempotencyKey(),
                parts,
                run.formationBriefId(),
                run.briefDigest(),
                run.promptPackId(),
                run.promptPackDigest(),
                run.approvalId(),
                run.installationId(),
                run.runnerId(),
                run.requestedRunnerId(),
                new Repo(run.repoPath(), run.repoRevision(), run.branch()),
                run.entryEvent(),
                run.throttle(),
                run.effect(),
                run.attempts(),
                run.transportReplays(),
                run.retryCount(),
                run.foundryRunId(),
                FailureResponse.of(run.failure()),
                run.requestedBy(),
                run.createdAt(),
                run.expiresAt(),
                run.queuedAt(),
                run.acceptedAt(),
                run.startedAt(),
                run.completedAt(),
                run.supersedes(),
                run.supersededBy(),
                run.reexecutionOrdinal(),
                run.reexecutionReason(),
                run.parkedAt(),
                run.parkedReason(),
                run.queueExpiresAt(),
                run.cancelRequestedAt(),
                run.resolvedBy(),
                run.resolutionReason(),
                run.declinedBy(),
                run.declineReason(),
                run.remedy(),
                run.isFourEyesOff(),
                run.resultId(),
                run.claimedStatus(),
                run.lateReports(),
                run.conflictingReports(),
                run.isSimulated(),
                AccountResponse.of(run),
                run.correlationId());
    }
}
