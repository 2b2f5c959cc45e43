package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import dev.alloy.compiler.CompiledOverlay;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/** The gates of one mode that a brief adds to a run. Its content is immutable. */
@Entity
@DynamicUpdate
@Table(name = "gate_overlays")
public class GateOverlay implements TenantRow {

    private static final String PROPOSED = "proposed";
    private static final String ACCEPTED = "accepted";
    private static final String REJECTED = "rejected";

    @Id
    private String id;

    @Column(updatable = false)
    private String organizationId;

    @Column(updatable = false)
    private String formationBriefId;

    @Column(updatable = false)
    private String projectId;

    @Column(updatable = false)
    private String mode;

    @Column(updatable = false)
    private String schemaVersion;

    @Column(updatable = false)
    private byte[] content;

    @Column(updatable = false)
    private String digest;

    private String status;

    @Column(updatable = false)
    private Instant createdAt;

    private @Nullable String approvedBy;

    private @Nullable Instant approvedAt;
    private @Nullable String rejectedBy;
    private @Nullable Instant rejectedAt;
    private @Nullable String rejectionReason;

    @Version
    private Integer version;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected GateOverlay() {}

    @SuppressWarnings("NullAway.Init")
    GateOverlay(String id, NewBrief made, CompiledOverlay overlay, Instant now) {
        this.id = id;
        this.organizationId = made.project().organizationId();
        this.projectId = made.project().id();
        this.formationBriefId = made.id();
        this.mode = overlay.mode().wire();
        this.schemaVersion = "alloy.gate_overlay.v1";
        this.content = overlay.document().bytes();
        this.digest = overlay.document().digest();
        this.status = PROPOSED;
        this.createdAt = now;
    }

    /** An approval of the brief accepts what it names. */
    void accept(String by, Instant now) {
        if (status.equals(PROPOSED)) {
            this.status = ACCEPTED;
            this.approvedBy = by;
            this.approvedAt = now;
        }
    }

    /** It must not be run. */
    void reject(String by, String reason, Instant now) {
        this.status = REJECTED;
        this.rejectedBy = by;
        this.rejectedAt = now;
        this.rejectionReason = reason;
    }

    /** Whether it is still undecided. */
    boolean isProposed() {
        return status.equals(PROPOSED);
    }

    /** Whether it was turned down although a run needs it. */
    boolean blocksApproval() {
        return status.equals(REJECTED) && !mode.equals("advisory");
    }

    /** Whether it was turned down. */
    boolean isRejected() {
        return status.equals(REJECTED);
    }

    @Override
    public String id() {
        return id;
    }

    /** Whose it is. */
    public String organizationId() {
        return organizationId;
    }

    /** The brief it belongs to. */
    public String formationBriefId() {
        return formationBriefId;
    }

    /** Of which project. */
    public String projectId() {
        return projectId;
    }

    /** {@code advisory}, {@code required_for_dry_run} or {@code required_for_mutation}. */
    public String mode() {
        return mode;
    }

    /** Version of the document. */
    public String schemaVersion() {
        return schemaVersion;
    }

    /** The document: the bytes that were digested. */
    public byte[] content() {
        return content.clone();
    }

    /** Digest of the document. */
    public String digest() {
        return digest;
    }

    /** {@code proposed}, {@code accepted}, {@code rejected} or {@code superseded}. */
    public String status() {
        return status;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }

    /** Who accepted it; null before. */
    public @Nullable String approvedBy() {
        return approvedBy;
    }

    /** When it was accepted; null before. */
    public @Nullable Instant approvedAt() {
        return approvedAt;
    }

    /** Who rejected it; null if it is not rejected. */
    public @Nullable String rejectedBy() {
        return rejectedBy;
    }

    /** When it was turned down; null for never. */
    public @Nullable Instant rejectedAt() {
        return rejectedAt;
    }

    /** Why it was turned down; null when it was not. */
    public @Nullable String rejectionReason() {
        return rejectionReason;
    }

    /** Counts changes of its status. */
    public int version() {
        return version;
    }
}
