package dev.alloy.runner;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** Lets one runner register itself, once and soon, within bounds; without its secret. Source: access.md, “Principals”. */
@Entity
@Immutable
@Table(name = "registration_tokens")
public class RegistrationToken implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    @Column(updatable = false)
    private String[] allowedProjects;

    @Column(updatable = false)
    private String @Nullable [] installationIds;

    @Column(updatable = false)
    private int maxConcurrency;

    @Column(updatable = false)
    private byte[] tokenHash;

    @Column(updatable = false)
    private String createdBy;

    @Column(updatable = false)
    private Instant createdAt;

    @Column(updatable = false)
    private Instant expiresAt;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant usedAt;

    @Column(insertable = false, updatable = false)
    private @Nullable String runnerId;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant revokedAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected RegistrationToken() {}

    @SuppressWarnings("NullAway.Init")
    RegistrationToken(
            String id,
            RegistrationTokens.Grant grant,
            byte[] tokenHash,
            String createdBy,
            Instant now,
            Instant expiresAt) {
        this.id = id;
        this.organizationId = grant.organizationId();
        this.allowedProjects = grant.allowedProjects().toArray(String[]::new);
        List<String> installations = grant.installationIds();
        this.installationIds = installations == null ? null : installations.toArray(String[]::new);
        this.maxConcurrency = grant.maxConcurrency();
        this.tokenHash = tokenHash.clone();
        this.createdBy = createdBy;
        this.createdAt = now;
        this.expiresAt = expiresAt;
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** The projects that its runner may be allowed. */
    public List<String> allowedProjects() {
        return List.of(allowedProjects);
    }

    /** The installations that its runner may serve; null for all that one of its projects can target. */
    public @Nullable List<String> installationIds() {
        return installationIds == null ? null : List.of(installationIds);
    }

    /** How many runs at a time its runner may ask for. */
    public int maxConcurrency() {
        return maxConcurrency;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** When it ends by itself. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** When a runner registered with it; null for never. */
    public @Nullable Instant usedAt() {
        return usedAt;
    }

    /** The runner that registered with it; null for none. */
    public @Nullable String runnerId() {
        return runnerId;
    }

    /** When it was revoked; null while it was not. */
    public @Nullable Instant revokedAt() {
        return revokedAt;
    }
}
