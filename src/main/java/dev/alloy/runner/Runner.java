package dev.alloy.runner;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** A process that polls for run requests of the projects it is allowed. New ones are untrusted: read_only effects only. */
@Entity
@DynamicUpdate
@Table(name = "alloy_runners")
public class Runner implements TenantRow {

    /** Without a poll for this long, a runner is shown as offline. Longer than the longest poll. */
    static final Duration PRESENCE = Duration.ofSeconds(90);

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    private String name;

    private byte[] runnerKeyHash;

    private byte @Nullable [] previousKeyHash;

    private @Nullable Instant previousKeyExpiresAt;

    private @Nullable Instant keyExpiresAt;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant keyLastUsedAt;

    private String[] allowedProjects;

    private String[] trustedProjects;

    private String[] installationIds;

    private String[] confirmedInstallationIds;

    private String[] supportedSchemaVersions;

    private int maxConcurrency;

    private String status;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant lastPollAt;

    @Column(insertable = false, updatable = false)
    private @Nullable Instant lastHeartbeatAt;

    @Column(updatable = false)
    private String registeredBy;

    @Column(name = "registered_at", updatable = false)
    private Instant createdAt;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Runner() {}

    @SuppressWarnings("NullAway.Init")
    Runner(
            String id,
            String organizationId,
            Runners.Description description,
            List<String> confirmed,
            byte[] keyHash,
            String by,
            Instant now) {
        this.id = id;
        this.organizationId = organizationId;
        this.name = description.name();
        this.runnerKeyHash = keyHash.clone();
        this.keyExpiresAt = description.keyExpiresAt();
        this.allowedProjects = description.allowedProjects().toArray(String[]::new);
        this.trustedProjects = new String[0];
        this.installationIds = description.installationIds().toArray(String[]::new);
        this.confirmedInstallationIds = confirmed.toArray(String[]::new);
        this.supportedSchemaVersions = description.supportedSchemaVersions().toArray(String[]::new);
        this.maxConcurrency = description.maxConcurrency();
        this.status = RunnerStatus.REGISTERED.wireName();
        this.registeredBy = by;
        this.createdAt = now;
    }

    void rename(String newName) {
        this.name = newName;
    }

    /** Narrowing what is allowed takes the trust along. */
    void allow(List<String> projects) {
        this.allowedProjects = projects.toArray(String[]::new);
        trust(trustedProjects().stream().filter(projects::contains).toList());
    }

    void trust(List<String> projects) {
        this.trustedProjects = projects.toArray(String[]::new);
    }

    /** Whoever gives it an installation confirms it by that. */
    void serve(List<String> installations) {
        this.installationIds = installations.toArray(String[]::new);
        confirm(installations);
    }

    void confirm(List<String> installations) {
        this.confirmedInstallationIds = installations.toArray(String[]::new);
    }

    void takeAtMost(int runs) {
        this.maxConcurrency = runs;
    }

    void read(List<String> versions) {
        this.supportedSchemaVersions = versions.toArray(String[]::new);
    }

    void drain() {
        this.status = RunnerStatus.DRAINING.wireName();
    }

    void resume() {
        this.status = (lastPollAt == null ? RunnerStatus.REGISTERED : RunnerStatus.ONLINE).wireName();
    }

    void revoke() {
        this.status = RunnerStatus.REVOKED.wireName();
    }

    void rotateKey(byte[] newHash, @Nullable Instant newKeyEndsAt, Instant oldKeyEndsAt) {
        this.previousKeyHash = runnerKeyHash;
        boolean endsSooner = keyExpiresAt != null && keyExpiresAt.isBefore(oldKeyEndsAt);
        this.previousKeyExpiresAt = endsSooner ? keyExpiresAt : oldKeyEndsAt;
        this.keyExpiresAt = newKeyEndsAt;
        this.runnerKeyHash = newHash.clone();
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

    /** The projects whose runs it may have. */
    public List<String> allowedProjects() {
        return List.of(allowedProjects);
    }

    /** The projects whose mutating runs it may have. */
    public List<String> trustedProjects() {
        return List.of(trustedProjects);
    }

    /** The installations it drives. */
    public List<String> installationIds() {
        return List.of(installationIds);
    }

    /** Those of them that a person gave it or confirmed; of the others it may only repeat the manifest that is there. */
    public List<String> confirmedInstallationIds() {
        return List.of(confirmedInstallationIds);
    }

    /** The document versions it reads. */
    public List<String> supportedSchemaVersions() {
        return List.of(supportedSchemaVersions);
    }

    /** How many runs it may have at a time. */
    public int maxConcurrency() {
        return maxConcurrency;
    }

    /** Its status at an instant. */
    public RunnerStatus status(Instant now) {
        RunnerStatus stored = RunnerStatus.valueOf(status.toUpperCase(Locale.ROOT));
        boolean unseen = Stream.of(Optional.ofNullable(lastPollAt), Optional.ofNullable(lastHeartbeatAt))
                .flatMap(Optional::stream)
                .allMatch(seen -> seen.plus(PRESENCE).isBefore(now));
        return stored == RunnerStatus.ONLINE && unseen ? RunnerStatus.OFFLINE : stored;
    }

    /** Whether its key was revoked. */
    public boolean isRevoked() {
        return status.equals(RunnerStatus.REVOKED.wireName());
    }

    /** When it last polled, to half a minute; null for never. */
    public @Nullable Instant lastPollAt() {
        return lastPollAt;
    }

    /** When it last sent a heartbeat, to half a minute; null for never. */
    public @Nullable Instant lastHeartbeatAt() {
        return lastHeartbeatAt;
    }

    /** When its key ends by itself; null for never. */
    public @Nullable Instant keyExpiresAt() {
        return keyExpiresAt;
    }

    /** When a key of it was last used, to the minute; null for never. */
    public @Nullable Instant keyLastUsedAt() {
        return keyLastUsedAt;
    }

    /** Until when the key before is good as well; null where there is none. */
    public @Nullable Instant previousKeyExpiresAt() {
        return previousKeyExpiresAt;
    }

    /** Who registered it. */
    public String registeredBy() {
        return registeredBy;
    }

    /** When it was registered. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Counts its changes; polls and heartbeats are none. */
    public int version() {
        return version;
    }
}
