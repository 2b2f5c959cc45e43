package dev.alloy.outcome;

import dev.alloy.access.TenantRow;
import dev.alloy.account.Facts;
import dev.alloy.account.ReportedResult;
import dev.alloy.account.RunAccount;
import dev.alloy.run.RunCompletion.Reporting;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Foundry's terminal word on a run, as received and as judged. Immutable. */
@Entity
@Immutable
@Table(name = "foundry_run_results")
public class RunResult implements TenantRow {

    @Id
    private String id;

    private String organizationId;
    private String projectId;
    private String runRequestId;
    private int attempt;
    private @Nullable String foundryRunId;
    private String status;
    private String claimedStatus;
    private @Nullable String repoRevisionBefore;
    private @Nullable String repoRevisionAfter;

    @JdbcTypeCode(SqlTypes.JSON)
    private String gateResults;

    private int retryCount;
    private @Nullable String traceUri;

    @JdbcTypeCode(SqlTypes.JSON)
    private String summary;

    @JdbcTypeCode(SqlTypes.JSON)
    private String changes;

    private byte[] rawResult;
    private String digest;
    private String reportedBy;
    private Instant completedAt;

    @Column(name = "received_at")
    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected RunResult() {}

    RunResult(
            String id,
            Reporting reporting,
            ReportedResult reported,
            RunAccount account,
            byte[] raw,
            String digest,
            String reportedBy,
            Instant now) {
        this.id = id;
        this.organizationId = reporting.run().organizationId();
        this.projectId = reporting.run().projectId();
        this.runRequestId = reporting.run().id();
        this.attempt = reporting.attempt().number();
        this.foundryRunId = reported.optional("foundry_run_id");
        this.status = account.status();
        this.claimedStatus = reported.text("status");
        this.repoRevisionBefore = reported.optional("repo_revision_before");
        this.repoRevisionAfter = reported.optional("repo_revision_after");
        this.gateResults = json(reported, "gates", "[]");
        this.retryCount = reported.retryCount();
        this.traceUri = reported.optional("trace_uri");
        this.summary = json(reported, "summary", "{}");
        this.changes = json(reported, "changes", "{}");
        this.rawResult = raw;
        this.digest = digest;
        this.reportedBy = reportedBy;
        this.completedAt = Facts.text(account, Facts.COMPLETED_AT)
                .flatMap(ReportedResult::instant)
                .orElse(now);
        this.createdAt = now;
    }

    private static String json(ReportedResult reported, String member, String absent) {
        var value = reported.member(member);
        return value.isContainer() ? value.toString() : absent;
    }

    @Override
    public String id() {
        return id;
    }

    /** Of which project. */
    public String projectId() {
        return projectId;
    }

    /** The run it ended. */
    public String runRequestId() {
        return runRequestId;
    }

    /** The attempt that spoke. */
    public int attempt() {
        return attempt;
    }

    /** Foundry's own id of the run; null when nothing was emitted. */
    public @Nullable String foundryRunId() {
        return foundryRunId;
    }

    /** What is recorded. */
    public String status() {
        return status;
    }

    /** What was claimed. */
    public String claimedStatus() {
        return claimedStatus;
    }

    /** The revision before, as reported. */
    public @Nullable String repoRevisionBefore() {
        return repoRevisionBefore;
    }

    /** The revision after, as reported. */
    public @Nullable String repoRevisionAfter() {
        return repoRevisionAfter;
    }

    /** The gates as reported, JSON text. */
    public String gateResults() {
        return gateResults;
    }

    /** Foundry's own retries. */
    public int retryCount() {
        return retryCount;
    }

    /** Where the trace is, as reported; null when not told. */
    public @Nullable String traceUri() {
        return traceUri;
    }

    /** The summary as reported, JSON text. */
    public String summary() {
        return summary;
    }

    /** The changes as reported, JSON text. */
    public String changes() {
        return changes;
    }

    /** The bytes as they were received. */
    public byte[] rawResult() {
        return rawResult.clone();
    }

    /** Digest of the bytes as received. */
    public String digest() {
        return digest;
    }

    /** {@code runner} or {@code callback}. */
    public String reportedBy() {
        return reportedBy;
    }

    /** When Foundry ended, as reported; the time of receipt where that cannot be. */
    public Instant completedAt() {
        return completedAt;
    }

    /** When it was received. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
