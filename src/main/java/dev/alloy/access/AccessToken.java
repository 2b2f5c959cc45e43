package dev.alloy.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A bearer token of a person or service, without its secret. */
@Entity
@DynamicUpdate
@Table(name = "access_tokens")
public class AccessToken implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private @Nullable String organizationId;

    @Column(updatable = false)
    private String kind;

    @Column(updatable = false)
    private String name;

    @Column(updatable = false)
    private String[] authorities;

    @Column(updatable = false)
    private String @Nullable [] projectIds;

    @Column(updatable = false)
    private byte[] tokenHash;

    @Column(updatable = false)
    private String createdBy;

    @Column(updatable = false)
    private Instant createdAt;

    private @Nullable Instant expiresAt;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant lastUsedAt;

    private @Nullable Instant revokedAt;

    private @Nullable String revokedBy;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected AccessToken() {}

    AccessToken(
            String id,
            String organizationId,
            String name,
            List<Authority> authorities,
            @Nullable List<String> projectIds,
            byte[] tokenHash,
            String createdBy,
            Instant now,
            @Nullable Instant expiresAt) {
        this.id = id;
        this.kind = "person";
        this.organizationId = organizationId;
        this.name = name;
        this.authorities = authorities.stream().map(Authority::wireName).toArray(String[]::new);
        this.projectIds = projectIds == null ? null : projectIds.toArray(String[]::new);
        this.tokenHash = tokenHash.clone();
        this.createdBy = createdBy;
        this.createdAt = now;
        this.expiresAt = expiresAt;
    }

    /** Ends it for good; ending it again changes nothing. */
    void revoke(String by, Instant now) {
        if (revokedAt == null) {
            this.revokedAt = now;
            this.revokedBy = by;
        }
    }

    /** A token of the same kind, name and reach with another secret. */
    AccessToken successor(String newId, byte[] newHash, String by, Instant now, @Nullable Instant newExpiresAt) {
        return new AccessToken(newId, this, newHash, by, now, newExpiresAt);
    }

    private AccessToken(
            String id, AccessToken like, byte[] tokenHash, String createdBy, Instant now, @Nullable Instant expiresAt) {
        this.expiresAt = expiresAt;
        this.id = id;
        this.kind = like.kind;
        this.organizationId = like.organizationId;
        this.name = like.name;
        this.authorities = like.authorities.clone();
        this.projectIds = like.projectIds == null ? null : like.projectIds.clone();
        this.tokenHash = tokenHash.clone();
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    /** Lets it end at this instant, unless it ends sooner. */
    void endAt(Instant end) {
        if (expiresAt == null || expiresAt.isAfter(end)) {
            this.expiresAt = end;
        }
    }

    /** Whether it holds at an instant. */
    boolean holds(Instant now) {
        return revokedAt == null && (expiresAt == null || expiresAt.isAfter(now));
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is; null for the bootstrap token. */
    public @Nullable String organizationId() {
        return organizationId;
    }

    /** The person's name. */
    public String name() {
        return name;
    }

    /** What it allows. */
    public List<Authority> authorities() {
        return kind.equals("bootstrap")
                ? List.of(Authority.values())
                : Arrays.stream(authorities).map(Authority::of).toList();
    }

    /** The only projects it reaches; null for all of the organization. */
    public @Nullable List<String> projectIds() {
        return projectIds == null ? null : List.of(projectIds);
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    /** When it ends by itself; null for never. */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /** When it was last used, to the minute; null for never. */
    public @Nullable Instant lastUsedAt() {
        return lastUsedAt;
    }

    /** When it was revoked; null while it was not. */
    public @Nullable Instant revokedAt() {
        return revokedAt;
    }
}
