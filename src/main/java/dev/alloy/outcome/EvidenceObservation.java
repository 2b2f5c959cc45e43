package dev.alloy.outcome;

import dev.alloy.access.TenantRow;
import dev.alloy.run.RunRequest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** What a run, or a person, saw against an evidence definition. Immutable. */
@Entity
@Immutable
@Table(name = "evidence_observations")
public class EvidenceObservation implements TenantRow {

    @Id
    private String id;

    private String organizationId;
    private String projectId;
    private String evidenceDefinitionId;
    private String runRequestId;
    private String formationBriefId;
    private String status;
    private String observedBy;
    private boolean byRunner;

    @JdbcTypeCode(SqlTypes.JSON)
    private String supportingArtifacts;

    private @Nullable String notes;
    private Instant observedAt;

    @Column(name = "recorded_at")
    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected EvidenceObservation() {}

    EvidenceObservation(RunRequest run, Seen seen, Instant now) {
        this.id = seen.id();
        this.organizationId = run.organizationId();
        this.projectId = run.projectId();
        this.runRequestId = run.id();
        this.formationBriefId = run.formationBriefId();
        this.evidenceDefinitionId = seen.evidenceDefinitionId();
        this.status = seen.status();
        this.observedBy = seen.observedBy();
        this.byRunner = seen.byRunner();
        this.supportingArtifacts = seen.supportingArtifacts();
        this.notes = seen.notes();
        this.observedAt = seen.observedAt();
        this.createdAt = now;
    }

    /**
     * What was seen.
     *
     * @param id of the observation
     * @param byRunner whether a runner says it, for itself or for Foundry
     * @param status {@code satisfied}, {@code partially_satisfied}, {@code not_satisfied} or {@code unknown}
     * @param observedBy {@code foundry}, {@code runner} or a person's name
     * @param supportingArtifacts JSON text of a list of URIs
     */
    record Seen(
            String id,
            boolean byRunner,
            String evidenceDefinitionId,
            String status,
            String observedBy,
            String supportingArtifacts,
            @Nullable String notes,
            Instant observedAt) {}

    /** What was seen, as it was told. */
    Seen seen() {
        return new Seen(id, byRunner, evidenceDefinitionId, status, observedBy, supportingArtifacts, notes, observedAt);
    }

    @Override
    public long bytes() {
        return supportingArtifacts.length() + (notes == null ? 0L : notes.length());
    }

    @Override
    public String id() {
        return id;
    }

    /** Of which run. */
    public String runRequestId() {
        return runRequestId;
    }

    /** What it speaks of. */
    public String evidenceDefinitionId() {
        return evidenceDefinitionId;
    }

    /** {@code satisfied}, {@code partially_satisfied}, {@code not_satisfied} or {@code unknown}. */
    public String status() {
        return status;
    }

    /** {@code foundry}, {@code runner} or a person's name. */
    public String observedBy() {
        return observedBy;
    }

    /** URIs of what supports it, JSON text. */
    public String supportingArtifacts() {
        return supportingArtifacts;
    }

    /** What the observer adds; null for nothing. */
    public @Nullable String notes() {
        return notes;
    }

    /** When it was seen. */
    public Instant observedAt() {
        return observedAt;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
