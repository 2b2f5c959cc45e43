package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.Formula;
import org.jspecify.annotations.Nullable;

/** A person's word that exactly these digests may run within this scope. Immutable but for its revocation. */
@Entity
@DynamicUpdate
@Table(name = "approvals")
public class Approval implements TenantRow {

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    @Column(updatable = false)
    private String projectId;

    @Column(updatable = false)
    private String formationBriefId;

    @Column(updatable = false)
    private String briefDigest;

    @Column(updatable = false)
    private String promptPackId;

    @Column(updatable = false)
    private String promptPackDigest;

    @Column(updatable = false)
    private String[] overlayDigests;

    @Column(updatable = false)
    private String scope;

    @Column(updatable = false)
    private String repoRevision;

    @Column(updatable = false)
    private String driftPolicy;

    @Column(updatable = false)
    private @Nullable String branch;

    @Column(updatable = false)
    private @Nullable String comment;

    @Column(updatable = false)
    private String approvedBy;

    @Column(updatable = false)
    private boolean byAuthor;

    @Column(name = "approved_at", updatable = false)
    private Instant createdAt;

    @Column(updatable = false)
    private Instant expiresAt;

    private @Nullable Instant voidedAt;
    private @Nullable String voidedBecause;
    private @Nullable Instant revokedAt;

    private @Nullable String revokedBy;

    private @Nullable String revocationReason;

    @Formula("(select n.run_request_id from approval_bindings n"
            + " where n.organization_id = organization_id and n.approval_id = id)")
    private @Nullable String boundRunRequestId;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Approval() {}

    @SuppressWarnings("NullAway.Init")
    Approval(
            String id,
            Brief brief,
            PromptPack pack,
            List<String> overlayDigests,
            BriefApprovals.Decision decision,
            String approvedBy,
            boolean byAuthor,
            Instant now,
            Instant expiresAt) {
        this.id = id;
        this.organizationId = brief.organizationId();
        this.projectId = brief.projectId();
        this.formationBriefId = brief.id();
        this.briefDigest = brief.digest();
        this.promptPackId = pack.id();
        this.promptPackDigest = pack.digest();
        this.overlayDigests = overlayDigests.toArray(String[]::new);
        this.scope = decision.scope().wireName();
        this.repoRevision = decision.repoRevision();
        this.driftPolicy = decision.driftPolicy().wireName();
        this.branch = decision.branch();
        this.comment = decision.comment();
        this.approvedBy = approvedBy;
        this.byAuthor = byAuthor;
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

    /** Of which project. */
    public String projectId() {
        return projectId;
    }

    /** The brief that may run. */
    public String formationBriefId() {
        return formationBriefId;
    }

    /** Digest of the brief that may run. */
    public String briefDigest() {
        return briefDigest;
    }

    /** The prompt pack it may run with. */
    public String promptPackId() {
        return promptPackId;
    }

    /** Digest of the prompt pack it may run with. */
    public String promptPackDigest() {
        return promptPackDigest;
    }

    /** Digests of the gate overlays that apply. */
    public List<String> overlayDigests() {
        return List.of(overlayDigests);
    }

    /** How far it reaches. */
    public ApprovalScope scope() {
        return ApprovalScope.valueOf(scope.toUpperCase(Locale.ROOT));
    }

    /** The revision it was given for. */
    public String repoRevision() {
        return repoRevision;
    }

    /** What it says of other revisions. */
    public DriftPolicy driftPolicy() {
        return DriftPolicy.valueOf(driftPolicy.toUpperCase(Locale.ROOT));
    }

    /** A branch outside {@code alloy/} that it allows to be changed; null for none. */
    public @Nullable String branch() {
        return branch;
    }

    /** What the approver said; null for nothing. */
    public @Nullable String comment() {
        return comment;
    }

    /** Who gave it. */
    public String approvedBy() {
        return approvedBy;
    }

    /** Whether who gave it compiled the brief or edited its prompts; only possible while the project asks for one person. */
    public boolean isByAuthor() {
        return byAuthor;
    }

    /** When it was given. */
    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** When it ends by itself. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** What has become of it at an instant. */
    public ApprovalStatus status(Instant now) {
        if (revokedAt != null) {
            return ApprovalStatus.REVOKED;
        }
        if (voidedAt != null) {
            return ApprovalStatus.STALE;
        }
        if (!expiresAt.isAfter(now)) {
            return ApprovalStatus.EXPIRED;
        }
        return boundRunRequestId == null ? ApprovalStatus.ACTIVE : ApprovalStatus.BOUND;
    }

    /** Whether it is neither revoked nor stale nor expired at an instant. */
    public boolean hasNotEnded(Instant now) {
        return revokedAt == null && voidedAt == null && expiresAt.isAfter(now);
    }

    void revoke(String by, String reason, Instant now) {
        this.revokedAt = now;
        this.revokedBy = by;
        this.revocationReason = reason;
    }

    /** The one run that it lets go on; null while it is free, or where it is for any. */
    public @Nullable String boundRunRequestId() {
        return boundRunRequestId;
    }

    /** When it was revoked; null for never. */
    public @Nullable Instant revokedAt() {
        return revokedAt;
    }

    /** Who revoked it; null if it is not revoked. */
    public @Nullable String revokedBy() {
        return revokedBy;
    }

    /** Why it was revoked; null when it was not. */
    public @Nullable String revocationReason() {
        return revocationReason;
    }

    /** When what it approved ended; null while it has not. */
    public @Nullable Instant voidedAt() {
        return voidedAt;
    }

    /** {@code prompt_edited} or {@code brief_archived}; null while it is neither. */
    public @Nullable String voidedBecause() {
        return voidedBecause;
    }

    /** Counts its changes. */
    public int version() {
        return version;
    }
}
