package dev.alloy.outcome;

import dev.alloy.access.TenantRow;
import dev.alloy.compilation.EvidenceDefinition;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;
import org.hibernate.annotations.Immutable;

/** A waiver: a person answers for missing or failing evidence, until a time. Immutable. */
@Entity
@Immutable
@Table(name = "evidence_waivers")
public class EvidenceWaiver implements TenantRow {

    @Id
    private String id;

    private String organizationId;
    private String projectId;
    private String formationBriefId;
    private String evidenceDefinitionId;
    private String reason;
    private String waivedBy;
    private LocalDate reviewDate;
    private Instant expiresAt;
    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected EvidenceWaiver() {}

    EvidenceWaiver(
            String id,
            EvidenceDefinition definition,
            String reason,
            String waivedBy,
            LocalDate reviewDate,
            Instant expiresAt,
            Instant now) {
        this.id = id;
        this.organizationId = definition.organizationId();
        this.projectId = definition.projectId();
        this.formationBriefId = definition.formationBriefId();
        this.evidenceDefinitionId = definition.id();
        this.reason = reason;
        this.waivedBy = waivedBy;
        this.reviewDate = reviewDate;
        this.expiresAt = expiresAt;
        this.createdAt = now;
    }

    @Override
    public String id() {
        return id;
    }

    /** The definition it is for. */
    public String evidenceDefinitionId() {
        return evidenceDefinitionId;
    }

    /** Why. */
    public String reason() {
        return reason;
    }

    /** Who answers for it. */
    public String waivedBy() {
        return waivedBy;
    }

    /** The day of its review, in UTC. */
    public LocalDate reviewDate() {
        return reviewDate;
    }

    /** When it ends. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Since when. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
