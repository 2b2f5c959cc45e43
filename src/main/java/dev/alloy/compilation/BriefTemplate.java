package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;

/** A part of an intent with parameters, for the projects of an organization. Mutable; every version of its content is kept. */
@Entity
@DynamicUpdate
@Table(name = "brief_templates")
public class BriefTemplate implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    private String name;
    private int ordinal;

    @Column(updatable = false)
    private String createdBy;

    @Column(updatable = false)
    private Instant createdAt;

    private String changedBy;
    private Instant changedAt;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected BriefTemplate() {}

    @SuppressWarnings("NullAway.Init")
    BriefTemplate(String id, String organizationId, String name, String createdBy, Instant now) {
        this.id = id;
        this.organizationId = organizationId;
        this.name = name;
        this.ordinal = 1;
        this.createdBy = createdBy;
        this.createdAt = now;
        this.changedBy = createdBy;
        this.changedAt = now;
    }

    void rename(String newName, String by, Instant now) {
        this.name = newName;
        this.changedBy = by;
        this.changedAt = now;
    }

    /** Answers the number of the version that begins. */
    int nextVersion(String by, Instant now) {
        this.ordinal++;
        this.changedBy = by;
        this.changedAt = now;
        return ordinal;
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** The name people know it by. */
    public String name() {
        return name;
    }

    /** Counts the versions of its content, from 1: the template's version on the wire. */
    public int ordinal() {
        return ordinal;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who changed it last. */
    public String changedBy() {
        return changedBy;
    }

    /** When it was changed last. */
    public Instant changedAt() {
        return changedAt;
    }

    /** Counts its changes, a new name too. */
    public int version() {
        return version;
    }
}
