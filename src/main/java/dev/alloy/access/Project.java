package dev.alloy.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A codebase of an organization. Its id is a slug, unique among all organizations. */
@Entity
@Table(name = "projects")
public class Project implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    /** The id again, under the name that scoping by project looks for. */
    @Column(name = "id", insertable = false, updatable = false)
    private String projectId;

    private String name;

    private @Nullable String repoPath;

    private @Nullable String repoDefaultBranch;

    private boolean fourEyes;

    @Column(updatable = false)
    private Instant createdAt;

    @Column(updatable = false)
    private String createdBy;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Project() {}

    @SuppressWarnings("NullAway.Init")
    Project(String id, String organizationId, String name, String createdBy, Instant now) {
        this.id = id;
        this.projectId = id;
        this.organizationId = organizationId;
        this.name = name;
        this.createdBy = createdBy;
        this.createdAt = now;
        this.fourEyes = true;
    }

    void rename(String newName) {
        this.name = newName;
    }

    void describeRepository(@Nullable String path, @Nullable String defaultBranch) {
        this.repoPath = path;
        this.repoDefaultBranch = defaultBranch;
    }

    void requireFourEyes(boolean required) {
        this.fourEyes = required;
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

    /** Absolute path of the working copy on the build host; null when not told. */
    public @Nullable String repoPath() {
        return repoPath;
    }

    /** The branch that work starts from; null when not told. */
    public @Nullable String repoDefaultBranch() {
        return repoDefaultBranch;
    }

    /** Whether above dry_run an approver must be another person than the requester and the last editor. */
    public boolean fourEyes() {
        return fourEyes;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    /** Counts its changes. */
    public int version() {
        return version;
    }
}
