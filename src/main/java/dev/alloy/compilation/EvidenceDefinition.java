package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One statement of what would prove that a capability was kept. Immutable. */
@Entity
@Immutable
@Table(name = "evidence_definitions")
public class EvidenceDefinition implements TenantRow {

    @Id
    private String id;

    private String organizationId;

    private String projectId;

    private String formationBriefId;

    private int ordinal;

    private String key;

    private String statement;

    private String kind;

    private boolean required;

    private @Nullable String gate;

    private String[] capabilityIds;

    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected EvidenceDefinition() {}

    EvidenceDefinition(
            String id, NewBrief made, int ordinal, dev.alloy.compiler.PlannedEvidence definition, Instant now) {
        this.id = id;
        this.organizationId = made.project().organizationId();
        this.projectId = made.project().id();
        this.formationBriefId = made.id();
        this.ordinal = ordinal;
        this.key = definition.key();
        this.statement = definition.statement();
        this.kind = definition.kind();
        this.required = definition.required();
        this.gate = definition.gate();
        this.capabilityIds = definition.capabilityIds().toArray(String[]::new);
        this.createdAt = now;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** Of which project. */
    public String projectId() {
        return projectId;
    }

    /** Of which brief. */
    public String formationBriefId() {
        return formationBriefId;
    }

    @Override
    public String id() {
        return id;
    }

    /** Its place in the evidence plan, from 0. */
    public int ordinal() {
        return ordinal;
    }

    /** Its id in the intent. */
    public String key() {
        return key;
    }

    /** What would be proven. */
    public String statement() {
        return statement;
    }

    /** {@code automated_test}, {@code static_check}, {@code trace} or {@code human_review}. */
    public String kind() {
        return kind;
    }

    /** Whether the plan requires or only suggests it. */
    public boolean required() {
        return required;
    }

    /** The gate that decides it; null when it is bound to none. */
    public @Nullable String gate() {
        return gate;
    }

    /** The capabilities it protects. */
    public List<String> capabilityIds() {
        return List.of(capabilityIds);
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
