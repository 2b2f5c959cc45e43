package dev.alloy.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A tenant. */
@Entity
@Table(name = "organizations")
public class Organization implements TenantRow {

    @Id
    private String id;

    @Column(name = "id", insertable = false, updatable = false)
    private String organizationId;

    @Column(updatable = false)
    private String name;

    @Column(updatable = false)
    private Instant createdAt;

    @Column(updatable = false)
    private String createdBy;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Organization() {}

    Organization(String id, String name, String createdBy, Instant now) {
        this.id = id;
        this.organizationId = id;
        this.name = name;
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    @Override
    public String id() {
        return id;
    }

    /** The name people know it by. */
    public String name() {
        return name;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }
}
