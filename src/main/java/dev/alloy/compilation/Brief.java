package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import dev.alloy.installation.ConnectionType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Locale;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A compiled formation brief. All but its status and who approved it is immutable, also in the database. */
@Entity
@DynamicUpdate
@Table(name = "formation_brief_compilations")
public class Brief implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    @Column(updatable = false)
    private String projectId;

    @Column(updatable = false)
    private @Nullable String briefTemplateId;

    @Column(updatable = false)
    private @Nullable Integer templateVersion;

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String templateParameters;

    @Column(updatable = false)
    private int ordinal;

    @Column(updatable = false)
    private byte[] sourceIntentSnapshot;

    @Column(updatable = false)
    private String sourceIntentDigest;

    @Column(updatable = false)
    private byte[] compiledPayload;

    @Column(updatable = false)
    private String compilerVersion;

    @Column(updatable = false)
    private String schemaVersion;

    @Column(updatable = false)
    private String digest;

    private String status;

    @Column(updatable = false)
    private String installationId;

    @Column(updatable = false)
    private String connectionType;

    @Column(updatable = false)
    private String manifestDigest;

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String target;

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String report;

    @Column(updatable = false)
    private String repoPath;

    @Column(updatable = false)
    private String repoRevision;

    @Column(updatable = false)
    private String branch;

    @Column(updatable = false)
    private String entryEvent;

    @Column(updatable = false)
    private String throttle;

    @Column(updatable = false)
    private String effect;

    @Column(updatable = false)
    private String createdBy;

    @Column(updatable = false)
    private Instant createdAt;

    private @Nullable String approvedBy;

    private @Nullable Instant approvedAt;
    private @Nullable String closedBy;
    private @Nullable Instant closedAt;
    private @Nullable String closingReason;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Brief() {}

    @SuppressWarnings("NullAway.Init")
    Brief(NewBrief made, String createdBy, Instant now) {
        this.id = made.id();
        this.organizationId = made.project().organizationId();
        this.projectId = made.project().id();
        this.ordinal = made.ordinal();
        TemplateUse template = made.prepared().template();
        if (template != null) {
            this.briefTemplateId = template.templateId();
            this.templateVersion = template.version();
            this.templateParameters = template.values().toString();
        }
        this.sourceIntentSnapshot = made.intent();
        this.sourceIntentDigest = made.compilation().intentDigest();
        this.compiledPayload = made.compilation().brief().bytes();
        this.compilerVersion = made.compilation().compilerVersion();
        this.schemaVersion = "alloy.formation_brief.v1";
        this.digest = made.compilation().brief().digest();
        this.status = BriefStatus.COMPILED.wireName();
        this.installationId = made.prepared().installation().id();
        this.connectionType = made.prepared().installation().connectionType().wireName();
        this.manifestDigest = made.compilation().manifestDigest();
        this.target = made.compilation().target().toJson().toString();
        this.report = made.report();
        this.repoPath = made.prepared().repo().path();
        this.repoRevision = made.prepared().repo().revision();
        this.branch = made.compilation().branch();
        this.entryEvent = made.compilation().entryEvent().wire();
        this.throttle = made.compilation().throttle().wire();
        this.effect = made.compilation().effect().wire();
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    /** compiled → rejected; whether it was possible. */
    boolean reject(String by, String reason, Instant now) {
        boolean possible = status() == BriefStatus.COMPILED;
        if (possible) {
            close(BriefStatus.REJECTED, by, reason, now);
        }
        return possible;
    }

    /** approved → archived; whether it was possible. */
    boolean archive(String by, Instant now) {
        boolean possible = status() == BriefStatus.APPROVED;
        if (possible) {
            close(BriefStatus.ARCHIVED, by, null, now);
        }
        return possible;
    }

    private void close(BriefStatus end, String by, @Nullable String reason, Instant now) {
        this.status = end.wireName();
        this.closedBy = by;
        this.closedAt = now;
        this.closingReason = reason;
    }

    /** The first approval marks the brief; later ones leave the mark as it is. */
    void approved(String by, Instant now) {
        if (status() == BriefStatus.COMPILED) {
            this.status = BriefStatus.APPROVED.wireName();
            this.approvedBy = by;
            this.approvedAt = now;
        }
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

    /** Counts the project's briefs, from 1: the brief's version on the wire. */
    public int ordinal() {
        return ordinal;
    }

    /** The intent it was compiled from, canonical JSON. */
    public byte[] sourceIntentSnapshot() {
        return sourceIntentSnapshot.clone();
    }

    /** Digest of the intent. */
    public String sourceIntentDigest() {
        return sourceIntentDigest;
    }

    /** The compiled document: the bytes that were digested. */
    public byte[] compiledPayload() {
        return compiledPayload.clone();
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

    /** The template it was compiled from; null for none. */
    public @Nullable String briefTemplateId() {
        return briefTemplateId;
    }

    /** Which version of the template; null for none. */
    public @Nullable Integer templateVersion() {
        return templateVersion;
    }

    /** What the template's parameters were, as JSON text; null for none. */
    public @Nullable String templateParameters() {
        return templateParameters;
    }

    /** How the installation was reached when it was compiled. */
    public ConnectionType connectionType() {
        return ConnectionType.of(connectionType);
    }

    /** The manifest it was compiled against. */
    public String manifestDigest() {
        return manifestDigest;
    }

    /** The target as JSON text: mode and features. */
    public String target() {
        return target;
    }

    /** The report as JSON text: a row a decision. */
    public String report() {
        return report;
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

    /** Why it was rejected; null otherwise. */
    public @Nullable String closingReason() {
        return closingReason;
    }

    /** Counts changes of its status. */
    public int version() {
        return version;
    }
}
