package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.ObjectNode;

/** Runs the compiler for a project and stores all that it made. */
@Service
@Transactional
public class Compilations {

    private final CompilePreparation preparation;
    private final BriefStore store;
    private final DatabaseClock clock;
    private final AuditLog audit;

    Compilations(CompilePreparation preparation, BriefStore store, DatabaseClock clock, AuditLog audit) {
        this.preparation = preparation;
        this.store = store;
        this.clock = clock;
        this.audit = audit;
    }

    /** A brief with everything that belongs to it. */
    public record Compiled(
            Brief brief, PromptPack pack, List<GateOverlay> overlays, List<EvidenceDefinition> evidence) {}

    /**
     * Compiles and stores. Compiling the same input again makes a new version with the same digests.
     *
     * <p>Refused: {@code invalid-body} with all findings, {@code incompatible-target}, {@code unknown-reference}.
     *
     * @param body as the schema {@code compile_brief} has it; checked here
     */
    public Compiled compile(Caller caller, String projectId, ObjectNode body) {
        CompiledRequest prepared = preparation.prepare(caller, projectId, body);
        Compiled stored = store.store(prepared, caller.name(), clock.now());
        Brief brief = stored.brief();
        AuditFact fact = AuditFact.of(
                        caller.actor(),
                        "brief.compiled",
                        brief.organizationId(),
                        brief.projectId(),
                        "formation_brief",
                        brief.id())
                .digests(null, brief.digest())
                .with("version", brief.ordinal())
                .with("manifest_digest", brief.manifestDigest());
        TemplateUse template = prepared.template();
        audit.append(
                template == null
                        ? fact
                        : fact.with("template_id", template.templateId()).with("template_version", template.version()));
        return stored;
    }

    /** Compiles as {@link #compile} would and keeps nothing. */
    @Transactional(readOnly = true)
    public CompiledRequest preview(Caller caller, String projectId, ObjectNode body) {
        return preparation.prepare(caller, projectId, body);
    }
}
