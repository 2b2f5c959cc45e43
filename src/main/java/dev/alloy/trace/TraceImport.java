package dev.alloy.trace;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A trace as it was taken, without its bytes: {@link RawTraces} has those. Immutable. Source: domain.md, TraceImport. */
@Entity
@Immutable
@Table(name = "trace_imports")
public class TraceImport implements TenantRow {

    @Id
    private String id;

    private String organizationId;
    private String projectId;
    private String runRequestId;
    private @Nullable String traceId;
    private String traceFormat;
    private String digest;
    private long sizeBytes;

    @JdbcTypeCode(SqlTypes.JSON)
    private String gist;

    @Column(name = "imported_at")
    private Instant createdAt;

    private String importedBy;
    private String sentBy;

    /** For Hibernate, which never writes it. */
    @SuppressWarnings("NullAway.Init")
    protected TraceImport() {}

    @Override
    public long bytes() {
        return gist.length();
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

    /** The run it was sent for; whether it is the run's is another question, see {@link TraceMatch}. */
    public String runRequestId() {
        return runRequestId;
    }

    /** The trace id of its root event; null where it tells none. */
    public @Nullable String traceId() {
        return traceId;
    }

    /** The {@link TraceFormat}, by its name. */
    public String traceFormat() {
        return traceFormat;
    }

    /** Digest of the bytes as they were sent, without their content coding. */
    public String digest() {
        return digest;
    }

    /** How many bytes that are. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The {@link SummaryExcerpt} of its summary, JSON text. */
    String gist() {
        return gist;
    }

    /** When. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** By which person or runner. */
    public String importedBy() {
        return importedBy;
    }

    /** Whether a runner sent it; else a person did. */
    public boolean isFromRunner() {
        return sentBy.equals("runner");
    }
}
