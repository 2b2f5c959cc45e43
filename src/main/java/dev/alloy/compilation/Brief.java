package dev.alloy.compilation;

import dev.alloy.installation.ConnectionType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A compiled formation brief. All but its status and who approved it is immutable, also in the database. */
@Entity
@DynamicUpdate
@Table(name = "formation_brief_compilations")
public class Brief extends BriefHead {

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String templateParameters;

    @Column(updatable = false)
    private byte[] sourceIntentSnapshot;

    @Column(updatable = false)
    private byte[] compiledPayload;

    @Column(updatable = false)
    private String connectionType;

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String target;

    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.JSON)
    private String report;

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
    boolean archive(String by, @Nullable String reason, Instant now) {
        boolean possible = status() == BriefStatus.APPROVED;
        if (possible) {
            close(BriefStatus.ARCHIVED, by, reason, now);
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

    /** The intent it was compiled from, canonical JSON. */
    public byte[] sourceIntentSnapshot() {
        return sourceIntentSnapshot.clone();
    }

    /** The compiled document: the bytes that were digested. */
    public byte[] compiledPayload() {
        return compiledPayload.clone();
    }

    /** What the template's parameters were, as JSON text; null for none. */
    public @Nullable String templateParameters() {
        return templateParameters;
    }

    /** How the installation was reached when it was compiled. */
    public ConnectionType connectionType() {
        return ConnectionType.of(connectionType);
    }

    /** The target as JSON text: mode and features. */
    public String target() {
        return target;
    }

    /** The report as JSON text: a row a decision. */
    public String report() {
        return report;
    }

    /** Counts changes of its status. */
    public int version() {
        return version;
    }
}
