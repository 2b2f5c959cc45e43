package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a list says of a brief: all but its documents, which may be large. */
@MappedSuperclass
public abstract class BriefHead implements TenantRow {

    @Id
    String id;

    @Column(updatable = false)
    String organizationId;

    @Column(updatable = false)
    String projectId;

    @Column(updatable = false)
    @Nullable
    String briefTemplateId;

    @Column(updatable = false)
    @Nullable
    Integer templateVersion;

    @Column(updatable = false)
    int ordinal;

    @Column(updatable = false)
    String compilerVersion;

    @Column(updatable = false)
    String schemaVersion;

    @Column(updatable = false)
    String digest;

    String status;

    @Column(updatable = false)
    String installationId;

    @Column(updatable = false)
    String manifestDigest;

    @Column(updatable = false)
    String sourceIntentDigest;

    @Column(updatable = false)
    String repoPath;

    @Column(updatable = false)
    String repoRevision;

    @Column(updatable = false)
    String branch;

    @Column(updatable = false)
    String entryEvent;

    @Column(updatable = false)
    String throttle;

    @Column(updatable = false)
    String effect;

    @Column(updatable = false)
    String createdBy;

    @Column(updatable = false)
    Instant createdAt;

    @Nullable
    String approvedBy;

    @Nullable
    Instant approvedAt;

    @Nullable
    String closedBy;

    @Nullable
    Instant closedAt;

    @Nullable
    String closingReason;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected BriefHead() {}

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

    /** The template it was compiled from; null for none. */
    public @Nullable String briefTemplateId() {
        return briefTemplateId;
    }

    /** Which version of the template; null for none. */
    public @Nullable Integer templateVersion() {
        return templateVersion;
    }

    /** Counts the project's briefs, from 1: the brief's version on the wire. */
    public int ordinal() {
        return ordinal;
    }

    /** Which compiler made it. */
    public String compilerVersion() {
        return compilerVersion;
    }

    /** Version of the compiled document. */
    public String schemaVersion() {
        return schemaVersion;
    }

    /** Digest of the compiled document. */
    public String digest() {
        return digest;
    }

    /** Where it is in its lifecycle. */
    public BriefStatus status() {
        return BriefStatus.valueOf(status.toUpperCase(Locale.ROOT));
    }

    /** The installation it was compiled for. */
    public String installationId() {
        return installationId;
    }

    /** The manifest it was compiled against. */
    public String manifestDigest() {
        return manifestDigest;
    }

    /** Digest of the intent. */
    public String sourceIntentDigest() {
        return sourceIntentDigest;
    }

    /** Absolute path of the working copy. */
    public String repoPath() {
        return repoPath;
    }

    /** The revision it was compiled at, 4 to 64 hexadecimal digits. */
    public String repoRevision() {
        return repoRevision;
    }

    /** The branch it may work on. */
    public String branch() {
        return branch;
    }

    /** What Foundry is asked to do. */
    public String entryEvent() {
        return entryEvent;
    }

    /** How far Foundry may go. */
    public String throttle() {
        return throttle;
    }

    /** {@code read_only} or {@code mutating}. */
    public String effect() {
        return effect;
    }

    /** Who compiled it. */
    public String createdBy() {
        return createdBy;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who approved it first; null before. */
    public @Nullable String approvedBy() {
        return approvedBy;
    }

    /** When it was approved first; null before. */
    public @Nullable Instant approvedAt() {
        return approvedAt;
    }

    /** Who rejected or archived it; null while it is in use. */
    public @Nullable String closedBy() {
        return closedBy;
    }

    /** When it was rejected or archived; null while it is in use. */
    public @Nullable Instant closedAt() {
        return closedAt;
    }

    /** Why it was rejected or archived; null without a reason. */
    public @Nullable String closingReason() {
        return closingReason;
    }
}
