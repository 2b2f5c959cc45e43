package dev.alloy.installation;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.OptimisticLock;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A Foundry runtime that can be targeted: by one project, or by every project of an organization. */
@Entity
@DynamicUpdate
@Table(name = "foundry_installations")
public class Installation implements TenantRow {

    /** Without a sign of life for this long, an installation is shown as stale. */
    static final Duration WINDOW = Duration.ofDays(7);

    @Id
    private String id;

    @Column(name = "owning_organization_id", updatable = false)
    private String organizationId;

    @Column(name = "organization_id", updatable = false)
    private @Nullable String sharedWithOrganizationId;

    @Column(updatable = false)
    private @Nullable String projectId;

    private String name;

    private String connectionType;

    private @Nullable String foundryVersion;

    @OptimisticLock(excluded = true)
    private @Nullable Instant lastSeenAt;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String capabilityManifest;

    private @Nullable String manifestDigest;

    private String status;

    @Column(updatable = false)
    private Instant createdAt;

    @Column(updatable = false)
    private String createdBy;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Installation() {}

    @SuppressWarnings("NullAway.Init")
    Installation(
            String id,
            String organizationId,
            @Nullable String projectId,
            String name,
            ConnectionType connectionType,
            String createdBy,
            Instant now) {
        this.id = id;
        this.organizationId = organizationId;
        this.projectId = projectId;
        this.sharedWithOrganizationId = projectId == null ? organizationId : null;
        this.name = name;
        this.connectionType = connectionType.wireName();
        this.status = InstallationStatus.ACTIVE.wireName();
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    void rename(String newName) {
        this.name = newName;
    }

    void connectBy(ConnectionType type) {
        this.connectionType = type.wireName();
    }

    void reported(StoredManifest manifest, Instant now) {
        this.lastSeenAt = now;
        if (!manifest.digest().equals(manifestDigest)) {
            // PostgreSQL rewrites jsonb, so setting the same document again would look like a change.
            this.manifestDigest = manifest.digest();
            this.capabilityManifest = manifest.text();
            this.foundryVersion = manifest.foundryVersion();
        }
        if (!isRetired()) {
            this.status = InstallationStatus.ACTIVE.wireName();
        }
    }

    void reportedUnreadable() {
        if (!isRetired()) {
            this.status = InstallationStatus.INCOMPATIBLE.wireName();
        }
    }

    void retire() {
        this.status = InstallationStatus.RETIRED.wireName();
    }

    @Override
    public long bytes() {
        return capabilityManifest == null ? 0 : capabilityManifest.length();
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** The only project it serves; null when it serves all of the organization. */
    public @Nullable String projectId() {
        return projectId;
    }

    /** Whether runs of the project may go there. */
    public boolean serves(String organization, String project) {
        return organizationId.equals(organization) && (projectId == null || projectId.equals(project));
    }

    /** The name people know it by. */
    public String name() {
        return name;
    }

    /** How runs reach it. */
    public ConnectionType connectionType() {
        return ConnectionType.of(connectionType);
    }

    /** As its latest manifest says; null before the first. */
    public @Nullable String foundryVersion() {
        return foundryVersion;
    }

    /** When it last reported or a runner that serves it polled; null for never. */
    public @Nullable Instant lastSeenAt() {
        return lastSeenAt;
    }

    /** The latest manifest as JSON text, a projection of the digested bytes; null before the first. */
    public @Nullable String capabilityManifest() {
        return capabilityManifest;
    }

    /** Digest of the latest manifest; null before the first. */
    public @Nullable String manifestDigest() {
        return manifestDigest;
    }

    /** Its status at an instant. */
    public InstallationStatus status(Instant now) {
        InstallationStatus stored = InstallationStatus.valueOf(status.toUpperCase(Locale.ROOT));
        boolean unseen = lastSeenAt != null && lastSeenAt.plus(WINDOW).isBefore(now);
        return stored == InstallationStatus.ACTIVE && unseen ? InstallationStatus.STALE : stored;
    }

    /** Whether its latest manifest was of a version that is not read here. */
    public boolean isIncompatible() {
        return status.equals(InstallationStatus.INCOMPATIBLE.wireName());
    }

    /** Whether a person took it out of use. */
    public boolean isRetired() {
        return status.equals(InstallationStatus.RETIRED.wireName());
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    /** Counts its changes; being seen is none. */
    public int version() {
        return version;
    }
}
