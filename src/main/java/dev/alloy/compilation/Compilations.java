package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Project;
import dev.alloy.access.Projects;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.compiler.Compilation;
import dev.alloy.compiler.Compiler;
import dev.alloy.compiler.CompilerInput;
import dev.alloy.compiler.Connection;
import dev.alloy.compiler.IntentRefused;
import dev.alloy.compiler.RepoContext;
import dev.alloy.compiler.ReportRow;
import dev.alloy.compiler.TargetIncompatible;
import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Finding;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.installation.Installation;
import dev.alloy.installation.Installations;
import dev.alloy.installation.Manifest;
import dev.alloy.problem.ProblemType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Runs the compiler for a project and stores all that it made. */
@Service
@Transactional
public class Compilations {

    private final Projects projects;
    private final Installations installations;
    private final BriefRepository briefs;
    private final PromptPackRepository packs;
    private final GateOverlayRepository overlays;
    private final EvidenceDefinitionRepository evidence;
    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final DatabaseClock clock;
    private final AuditLog audit;

    Compilations(
            Projects projects,
            Installations installations,
            BriefRepository briefs,
            PromptPackRepository packs,
            GateOverlayRepository overlays,
            EvidenceDefinitionRepository evidence,
            JdbcClient jdbc,
            JsonMapper json,
            DatabaseClock clock,
            AuditLog audit) {
        this.projects = projects;
        this.installations = installations;
        this.briefs = briefs;
        this.packs = packs;
        this.overlays = overlays;
        this.evidence = evidence;
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.audit = audit;
    }

    /** What to compile, for which installation, at which place in the repository. */
    public record Order(String installationId, RepoContext repo, ObjectNode sourceIntent) {}

    /** A brief with everything that belongs to it. */
    public record Compiled(
            Brief brief, PromptPack pack, List<GateOverlay> overlays, List<EvidenceDefinition> evidence) {}

    /**
     * Compiles and stores. Compiling the same input again makes a new version with the same digests.
     *
     * <p>Refused: {@code invalid-body} with all findings, {@code incompatible-target}, {@code unknown-reference}.
     */
    public Compiled compile(Caller caller, String projectId, Order order) {
        Project project = projects.get(caller, projectId);
        Installation installation = target(caller, project, order.installationId());
        Compilation compilation = run(order, project, manifest(installation), installation);
        NewBrief made = new NewBrief(
                Ids.next("brief"),
                nextOrdinal(project),
                project,
                installation,
                order.repo(),
                CanonicalJson.bytes(order.sourceIntent()),
                compilation,
                report(compilation.report()).toString());
        Compiled stored = store(made, caller.name(), clock.now());
        audit.append(AuditFact.of(
                        caller.actor(),
                        "brief.compiled",
                        project.organizationId(),
                        project.id(),
                        "formation_brief",
                        stored.brief().id())
                .digests(null, stored.brief().digest())
                .with("version", stored.brief().ordinal())
                .with("manifest_digest", stored.brief().manifestDigest()));
        return stored;
    }

    private Installation target(Caller caller, Project project, String installationId) {
        Installation installation = installations.referenced(caller, project, installationId, "/installation_id");
        if (installation.isRetired()) {
            throw ProblemType.INCOMPATIBLE_TARGET
                    .because("The installation is retired.")
                    .at("/installation_id", "retired", "Choose an installation that is in use.");
        }
        return installation;
    }

    private ObjectNode manifest(Installation installation) {
        String digest = installation.manifestDigest();
        if (digest == null) {
            throw ProblemType.INCOMPATIBLE_TARGET
                    .because("The installation has not reported what it can do.")
                    .at("/installation_id", "no-manifest", "Report its capability manifest first.");
        }
        Manifest manifest = installations.manifest(installation, digest).orElseThrow();
        return (ObjectNode) json.readTree(manifest.content());
    }

    private static Compilation run(Order order, Project project, ObjectNode manifest, Installation installation) {
        try {
            return Compiler.compile(new CompilerInput(
                    order.sourceIntent(),
                    manifest,
                    project.id(),
                    Connection.parse(installation.connectionType().wireName()).orElseThrow(),
                    order.repo()));
        } catch (IntentRefused e) {
            throw Bodies.refusal(e.findingsIn("/source_intent")).with("failure_category", "validation");
        } catch (TargetIncompatible e) {
            throw ProblemType.INCOMPATIBLE_TARGET
                    .because("The installation cannot carry out this intent.")
                    .with(e.findings().stream()
                            .map(finding ->
                                    new Finding("/source_intent" + finding.pointer(), finding.code(), finding.detail()))
                            .toList())
                    .with("nearest_events", e.nearestEvents())
                    .with("report", e.report().stream().map(ReportRow::toJson).toList());
        }
    }

    /** Takes the project's row for the rest of the transaction, so that versions are given one after the other. */
    private int nextOrdinal(Project project) {
        jdbc.sql("select id from projects where organization_id = :organization and id = :project for no key update")
                .param("organization", project.organizationId())
                .param("project", project.id())
                .query(String.class)
                .single();
        return jdbc.sql("""
                        select coalesce(max(ordinal), 0) + 1 from formation_brief_compilations
                        where organization_id = :organization and project_id = :project
                        """)
                .param("organization", project.organizationId())
                .param("project", project.id())
                .query(Integer.class)
                .single();
    }

    private Compiled store(NewBrief made, String by, Instant now) {
        var brief = new Brief(made, by, now);
        briefs.add(brief);
        var pack = new PromptPack(Ids.next("prompt_pack"), made, by, now);
        packs.add(pack);
        List<GateOverlay> storedOverlays = made.compilation().overlays().stream()
                .map(overlay -> new GateOverlay(Ids.next("gate_overlay"), made, overlay, now))
                .toList();
        storedOverlays.forEach(overlays::add);
        List<EvidenceDefinition> storedEvidence = new ArrayList<>();
        for (var definition : made.compilation().evidence()) {
            storedEvidence.add(
                    new EvidenceDefinition(Ids.next("evidence"), made, storedEvidence.size(), definition, now));
        }
        storedEvidence.forEach(evidence::add);
        return new Compiled(brief, pack, storedOverlays, storedEvidence);
    }

    private static ArrayNode report(List<ReportRow> rows) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        rows.forEach(row -> items.add(row.toJson()));
        return items;
    }
}
