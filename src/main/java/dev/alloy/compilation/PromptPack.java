package dev.alloy.compilation;

import dev.alloy.access.TenantRow;
import dev.alloy.compiler.CompiledDocument;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A prompt pack: the brief seen through each phase. Immutable; an edit makes another. */
@Entity
@Immutable
@Table(name = "prompt_pack_compilations")
public class PromptPack implements TenantRow {

    @Id
    private String id;

    private String organizationId;

    private String projectId;

    private String formationBriefId;

    private int ordinal;

    private String templateVersion;

    private String compilerVersion;

    private byte[] prompts;

    @JdbcTypeCode(SqlTypes.JSON)
    private String humanEdits;

    private String schemaVersion;

    private String digest;

    private String createdBy;

    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected PromptPack() {}

    PromptPack(String id, NewBrief made, String createdBy, Instant now) {
        var document = made.compilation().promptPack();
        this.id = id;
        this.organizationId = made.project().organizationId();
        this.projectId = made.project().id();
        this.formationBriefId = made.id();
        this.ordinal = 1;
        this.templateVersion = document.tree().path("template_version").asString();
        this.compilerVersion = made.compilation().compilerVersion();
        this.prompts = document.bytes();
        this.humanEdits = "[]";
        this.schemaVersion = "alloy.prompt_pack.v1";
        this.digest = document.digest();
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    /** The pack that an edit makes of another. */
    PromptPack(String id, PromptPack base, CompiledDocument edited, String humanEdits, String createdBy, Instant now) {
        this.id = id;
        this.organizationId = base.organizationId;
        this.projectId = base.projectId;
        this.formationBriefId = base.formationBriefId;
        this.ordinal = base.ordinal + 1;
        this.templateVersion = base.templateVersion;
        this.compilerVersion = base.compilerVersion;
        this.prompts = edited.bytes();
        this.humanEdits = humanEdits;
        this.schemaVersion = base.schemaVersion;
        this.digest = edited.digest();
        this.createdBy = createdBy;
        this.createdAt = now;
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

    /** The brief it belongs to. */
    public String formationBriefId() {
        return formationBriefId;
    }

    /** 1 for the pack the brief was compiled with; counts up with each edit. */
    public int ordinal() {
        return ordinal;
    }

    /** Version of the templates it was made from. */
    public String templateVersion() {
        return templateVersion;
    }

    /** Which compiler made it. */
    public String compilerVersion() {
        return compilerVersion;
    }

    /** The document: the bytes that were digested. */
    public byte[] prompts() {
        return prompts.clone();
    }

    /** Who edited which phase when and why, as JSON text. */
    public String humanEdits() {
        return humanEdits;
    }

    /** Version of the document. */
    public String schemaVersion() {
        return schemaVersion;
    }

    /** Digest of the document. */
    public String digest() {
        return digest;
    }

    /** Who made it. */
    public String createdBy() {
        return createdBy;
    }

    @Override
    public Instant createdAt() {
        return createdAt;
    }
}
