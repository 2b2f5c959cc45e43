package dev.alloy.run;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * A request for one Foundry execution, as it is read. {@link Transitions} alone moves it, with one SQL statement a move; that is
 * why Hibernate may not write it.
 */
@Entity
@Immutable
@Table(name = "foundry_run_requests")
public class RunRequest implements TenantRow {

    @Id
    private String id;

    private String organizationId;
    private String projectId;
    private @Nullable String runnerId;
    private @Nullable String requestedRunnerId;
    private String installationId;
    private String formationBriefId;
    private String briefDigest;
    private String promptPackId;
    private String promptPackDigest;
    private boolean promptPackEdited;
    private @Nullable String approvalId;
    private String entryEvent;
    private byte[] payload;
    private String throttle;
    private String effect;
    private String repoPath;
    private String repoRevision;
    private String branch;
    private String idempotencyKey;
    private String status;
    private String requestedBy;

    @Column(name = "requested_at")
    private Instant createdAt;

    private @Nullable Instant expiresAt;
    private @Nullable Instant queuedAt;
    private @Nullable Instant acceptedAt;
    private @Nullable Instant startedAt;
    private Instant stateSince;
    private @Nullable String supersedes;
    private @Nullable String supersededBy;
    private @Nullable Integer reexecutionOrdinal;
    private @Nullable String reexecutionReason;
    private @Nullable Instant parkedAt;
    private @Nullable String parkedReason;
    private @Nullable Instant queueExpiresAt;
    private @Nullable Instant cancelRequestedAt;
    private @Nullable String resolvedBy;
    private @Nullable String resolutionReason;
    private @Nullable String declinedBy;
    private @Nullable String declineReason;
    private boolean needsNewApproval;
    private boolean fourEyesOff;
    private @Nullable String resultId;
    private @Nullable String claimedStatus;
    private int lateReports;
    private int conflictingReports;
    private @Nullable Instant completedAt;
    private @Nullable String offerRunnerId;
    private @Nullable Instant offerExpiresAt;
    private @Nullable String offerTraceId;
    private int attempts;
    private int transportReplays;
    private @Nullable Integer retryCount;
    private @Nullable String foundryRunId;
    private @Nullable String failureCategory;
    private @Nullable String failureCode;
    private @Nullable String failureMessage;
    private @Nullable String correlationId;
    private boolean simulated;
    private @Nullable Integer accountVersion;
    private @Nullable String accountStatus;
    private int version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected RunRequest() {}

    @Override
    public long bytes() {
        return payload.length;
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** Of which project. */
    public String projectId() {
        return projectId;
    }

    /** The runner that has it, or had it last; null before the first acceptance. */
    public @Nullable String runnerId() {
        return runnerId;
    }

    /** The only runner that may have it; null for any. */
    public @Nullable String requestedRunnerId() {
        return requestedRunnerId;
    }

    /** The installation it is for. */
    public String installationId() {
        return installationId;
    }

    /** The brief it executes. */
    public String formationBriefId() {
        return formationBriefId;
    }

    /** Digest of the brief. */
    public String briefDigest() {
        return briefDigest;
    }

    /** The prompt pack it uses. */
    public String promptPackId() {
        return promptPackId;
    }

    /** Digest of the prompt pack. */
    public String promptPackDigest() {
        return promptPackDigest;
    }

    /** Whether the prompt pack is another than the brief was compiled with. */
    public boolean isPromptPackEdited() {
        return promptPackEdited;
    }

    /** The approval it runs under; null while it awaits one. */
    public @Nullable String approvalId() {
        return approvalId;
    }

    /** What Foundry is asked to do. */
    public String entryEvent() {
        return entryEvent;
    }

    /** The payload as it is served, canonical JSON. */
    public byte[] payload() {
        return payload.clone();
    }

    /** How far Foundry may go. */
    public String throttle() {
        return throttle;
    }

    /** {@code read_only} or {@code mutating}. */
    public String effect() {
        return effect;
    }

    /** Absolute path of the working copy. */
    public String repoPath() {
        return repoPath;
    }

    /** The revision it is to run at. */
    public String repoRevision() {
        return repoRevision;
    }

    /** The branch it may work on. */
    public String branch() {
        return branch;
    }

    /** What makes it this run and no other; see {@link IdempotencyKey}. */
    public String idempotencyKey() {
        return idempotencyKey;
    }

    /** Where it is. */
    public RunStatus status() {
        return RunStatus.of(status);
    }

    /** Since when it is where it is. */
    public Instant stateSince() {
        return stateSince;
    }

    /** The run that this one was asked for in place of; null for none. */
    public @Nullable String supersedes() {
        return supersedes;
    }

    /** The run that was asked for in place of this one; null for none. */
    public @Nullable String supersededBy() {
        return supersededBy;
    }

    /** Counts the repetitions of the chain's first run, from 1; null for that one. */
    public @Nullable Integer reexecutionOrdinal() {
        return reexecutionOrdinal;
    }

    /** Why it was asked for again; null where it was not. */
    public @Nullable String reexecutionReason() {
        return reexecutionReason;
    }

    /** When it was taken out of the queue by itself; null while it was not. */
    public @Nullable Instant parkedAt() {
        return parkedAt;
    }

    /** Why it was taken out of the queue; null while it was not. */
    public @Nullable String parkedReason() {
        return parkedReason;
    }

    /** Whether it is parked because the database was restored, and it may have started in the time that is gone. */
    public boolean isParkedByRestore() {
        return Transition.RESTORED.equals(parkedReason);
    }

    /** Until when it may wait for a runner; null before it was queued. */
    public @Nullable Instant queueExpiresAt() {
        return queueExpiresAt;
    }

    /** When somebody asked to call it off while it was executing; null for never. */
    public @Nullable Instant cancelRequestedAt() {
        return cancelRequestedAt;
    }

    /** Who said how it ended when nobody else could tell; null when it ended otherwise. */
    public @Nullable String resolvedBy() {
        return resolvedBy;
    }

    /** Why that person said so; null when it ended otherwise. */
    public @Nullable String resolutionReason() {
        return resolutionReason;
    }

    /** The reviewer who refused to approve it; null when nobody did. */
    public @Nullable String declinedBy() {
        return declinedBy;
    }

    /** Why that reviewer refused; null when nobody did. */
    public @Nullable String declineReason() {
        return declineReason;
    }

    /** What its requester can do about its end; null where nothing is to be said. */
    public @Nullable String remedy() {
        return declinedBy == null || supersededBy != null
                ? null
                : "Change the intent and compile it again; or, while the brief is in use, request this run again with POST /api/run-requests/{id}/reexecutions and have it approved after that.";
    }

    /** Whether only an approval that was given after the request counts. */
    public boolean needsNewApproval() {
        return needsNewApproval;
    }

    /** Whether it may change code, and its project asked for one person only when it got its approval. */
    public boolean isFourEyesOff() {
        return fourEyesOff;
    }

    /** The result that ended it; null where there is none. */
    public @Nullable String resultId() {
        return resultId;
    }

    /** How that result says it ended, whatever became of the run; null where there is none. */
    public @Nullable RunStatus claimedStatus() {
        return claimedStatus == null ? null : RunStatus.of(claimedStatus);
    }

    /** How many reports were kept and not believed. */
    public int lateReports() {
        return lateReports;
    }

    /** How many of those contradict its result. */
    public int conflictingReports() {
        return conflictingReports;
    }

    /** Who asked for it. */
    public String requestedBy() {
        return requestedBy;
    }

    /** When it was asked for. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** After this instant it is not offered any more; null for no such instant. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** When it entered the queue; null before. */
    public @Nullable Instant queuedAt() {
        return queuedAt;
    }

    /** When its present attempt was accepted; null while there is none. */
    public @Nullable Instant acceptedAt() {
        return acceptedAt;
    }

    /** When its present attempt started; null before. */
    public @Nullable Instant startedAt() {
        return startedAt;
    }

    /** When it ended; null before. */
    public @Nullable Instant completedAt() {
        return completedAt;
    }

    /** The runner it was offered to last; null before the first offer. */
    public @Nullable String offerRunnerId() {
        return offerRunnerId;
    }

    /** When the last offer ends or ended; null before the first. */
    public @Nullable Instant offerExpiresAt() {
        return offerExpiresAt;
    }

    /** Trace id of the last offer; null before the first. */
    public @Nullable String offerTraceId() {
        return offerTraceId;
    }

    /** How many attempts were accepted. */
    public int attempts() {
        return attempts;
    }

    /** How often the same request was posted again. */
    public int transportReplays() {
        return transportReplays;
    }

    /** Foundry's own retries, as its result says; null before. */
    public @Nullable Integer retryCount() {
        return retryCount;
    }

    /** Foundry's own id of the run; null when not told. */
    public @Nullable String foundryRunId() {
        return foundryRunId;
    }

    /** Why it failed; null when it did not. */
    public @Nullable Failure failure() {
        return failureCategory == null || failureCode == null
                ? null
                : new Failure(failureCategory, failureCode, failureMessage == null ? "" : failureMessage);
    }

    /** Correlation id of the request that made it; null when there was none. */
    public @Nullable String correlationId() {
        return correlationId;
    }

    /** Counts its moves. */
    public int version() {
        return version;
    }

    /** Whether its runner only played it: nothing ran. */
    public boolean isSimulated() {
        return simulated;
    }

    /** The newest version of its account; null before its end, and for runs that ended before accounts were kept. */
    public @Nullable Integer accountVersion() {
        return accountVersion;
    }

    /** What the newest version of its account says it came to; null where there is none. */
    public @Nullable RunStatus accountStatus() {
        return accountStatus == null ? null : RunStatus.of(accountStatus);
    }
}
