package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.access.Projects;
import dev.alloy.access.TenantRepository;
import dev.alloy.access.TenantRow;
import dev.alloy.compilation.Compilations.Compiled;
import dev.alloy.compiler.BriefYaml;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Reads briefs, prompt packs, overlays and evidence definitions. */
@Service
@Transactional(readOnly = true)
public class Briefs {

    private final BriefRepository briefs;
    private final BriefSummaryRepository summaries;
    private final PromptPackRepository packs;
    private final PackHistory history;
    private final BriefContents contents;
    private final GateOverlayRepository overlays;
    private final EvidenceDefinitionRepository evidence;
    private final Projects projects;
    private final ArtifactReaders readers;
    private final JsonMapper json;

    Briefs(
            BriefRepository briefs,
            BriefSummaryRepository summaries,
            PromptPackRepository packs,
            PackHistory history,
            BriefContents contents,
            GateOverlayRepository overlays,
            EvidenceDefinitionRepository evidence,
            Projects projects,
            ArtifactReaders readers,
            JsonMapper json) {
        this.briefs = briefs;
        this.summaries = summaries;
        this.packs = packs;
        this.history = history;
        this.contents = contents;
        this.overlays = overlays;
        this.evidence = evidence;
        this.projects = projects;
        this.readers = readers;
        this.json = json;
    }

    /** The brief if it is within the caller's reach; else {@code not-found}. */
    public Brief get(Caller caller, String id) {
        return briefs.find(caller, id)
                .filter(brief -> mayRead(caller, brief.organizationId(), brief.id()))
                .orElseThrow(() -> notFound("brief"));
    }

    /** The brief as it is now, whatever this transaction has read of it before. */
    Brief reread(Caller caller, String id) {
        return briefs.reread(caller, id);
    }

    /** The brief with everything that belongs to it. */
    public Compiled getWhole(Caller caller, String id) {
        Brief brief = get(caller, id);
        return new Compiled(brief, newestPack(caller, id), overlaysOf(caller, id), evidenceOf(caller, id));
    }

    /**
     * A brief and how it goes to its installation.
     *
     * @param mode the integration mode
     */
    public record Explained(Brief brief, String mode) {}

    /** The brief with its integration mode. */
    public Explained explain(Caller caller, String id) {
        Brief brief = get(caller, id);
        return new Explained(brief, json.readTree(brief.target()).path("mode").asString());
    }

    /** The brief as YAML, for people to read; the digest is that of its compiled form. */
    public byte[] yaml(Brief brief) {
        return BriefYaml.render(json.readTree(brief.compiledPayload()), brief.id(), brief.ordinal(), brief.digest());
    }

    /** The brief that a body names, of this project; else {@code unknown-reference}. */
    public Brief referenced(Caller caller, String projectId, String id, String pointer) {
        return briefs.find(caller, id)
                .filter(brief -> brief.projectId().equals(projectId))
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such brief in this project.")
                        .at(pointer, "unknown-reference", "No brief of this id belongs to the project."));
    }

    /** The briefs of a project. */
    public Page<BriefSummary> list(Caller caller, String projectId, PageQuery page) {
        projects.get(caller, projectId);
        return summaries.list(caller, page, Map.of("projectId", projectId));
    }

    /**
     * The briefs within the caller's reach with these attributes, newest first.
     *
     * @param filters attribute → value it must equal
     */
    public Page<BriefSummary> find(Caller caller, PageQuery page, Map<String, ?> filters) {
        return summaries.list(caller, page, filters);
    }

    /** The prompt pack if it is within the caller's reach; else {@code not-found}. */
    public PromptPack pack(Caller caller, String id) {
        return packs.find(caller, id)
                .filter(pack -> mayReadPack(caller, pack.organizationId(), pack.formationBriefId(), pack.id()))
                .orElseThrow(() -> notFound("prompt pack"));
    }

    /** The pack that a body names, or the brief's newest where it names none; else {@code unknown-reference}. */
    public PromptPack referencedPack(Caller caller, Brief brief, @Nullable String packId, String pointer) {
        if (packId == null) {
            return newestPack(caller, brief);
        }
        return packs.find(caller, packId)
                .filter(pack -> pack.formationBriefId().equals(brief.id()))
                .orElseThrow(() -> ProblemType.UNKNOWN_REFERENCE
                        .because("There is no such prompt pack of this brief.")
                        .at(pointer, "unknown-reference", "No prompt pack of this id belongs to the brief."));
    }

    /** The overlay if it is within the caller's reach; else {@code not-found}. */
    public GateOverlay overlay(Caller caller, String id) {
        return overlays.find(caller, id)
                .filter(overlay -> mayRead(caller, overlay.organizationId(), overlay.formationBriefId()))
                .orElseThrow(() -> notFound("gate overlay"));
    }

    /** The brief's prompt packs, from the one it was compiled with to the newest. */
    public List<PackEntry> packsOf(Caller caller, Brief brief) {
        return history.of(brief).stream()
                .filter(pack -> mayReadPack(caller, brief.organizationId(), brief.id(), pack.id()))
                .toList();
    }

    /** The brief's newest prompt pack; for a runner the newest that its runs were given. */
    public PromptPack newestPack(Caller caller, String briefId) {
        return newestPack(caller, get(caller, briefId));
    }

    private PromptPack newestPack(Caller caller, Brief brief) {
        List<PackEntry> readable = packsOf(caller, brief);
        if (readable.isEmpty()) {
            throw notFound("prompt pack");
        }
        return pack(caller, readable.get(readable.size() - 1).id());
    }

    /** The brief's overlays, one a mode, in the order of the modes' names. */
    public List<GateOverlay> overlaysOf(Caller caller, String briefId) {
        return all(overlays, caller, briefId).stream()
                .sorted(Comparator.comparing(GateOverlay::mode))
                .toList();
    }

    /** The brief's overlays but those that were rejected. */
    public List<GateOverlay> overlaysInUse(Caller caller, String briefId) {
        return overlaysOf(caller, briefId).stream()
                .filter(overlay -> !overlay.isRejected())
                .toList();
    }

    /** All overlays of a brief that a row of this organization names, whatever was decided about them, in the order of the modes' names. */
    public List<OverlayContent> overlayContents(String organizationId, String briefId) {
        return contents.overlaysOf(organizationId, briefId);
    }

    /** The evidence definitions of a brief that a row of this organization names, in the order of the evidence plan. */
    public List<EvidenceDefinition> evidenceOf(String organizationId, String briefId) {
        return contents.evidenceOf(organizationId, briefId);
    }

    /** What stands in every request to execute a brief that a row of this organization names. */
    public ExecutableBrief executable(String organizationId, String briefId) {
        return contents.executable(organizationId, briefId);
    }

    /** The size of a prompt pack's document that a row of this organization names. */
    public int packSize(String organizationId, String packId) {
        return contents.packSize(organizationId, packId);
    }

    /** The brief's evidence definitions in the order of the evidence plan. */
    public List<EvidenceDefinition> evidenceOf(Caller caller, String briefId) {
        return all(evidence, caller, briefId).stream()
                .sorted(Comparator.comparingInt(EvidenceDefinition::ordinal))
                .toList();
    }

    /** Which of these briefs were archived or rejected. */
    public Set<String> outOfUse(Caller caller, Collection<String> briefIds) {
        return summaries.all(caller, Map.of("id", new Filter.In(briefIds))).stream()
                .filter(brief -> !brief.status().isInUse())
                .map(BriefSummary::id)
                .collect(Collectors.toSet());
    }

    /** The evidence definitions of several briefs, by the brief; each in the order of its evidence plan. */
    public Map<String, List<EvidenceDefinition>> evidenceOf(Caller caller, Collection<String> briefIds) {
        return evidence.all(caller, Map.of("formationBriefId", new Filter.In(briefIds))).stream()
                .sorted(Comparator.comparingInt(EvidenceDefinition::ordinal))
                .collect(Collectors.groupingBy(EvidenceDefinition::formationBriefId));
    }

    /** The evidence definition if it is within the caller's reach; else {@code not-found}. */
    public EvidenceDefinition evidenceDefinition(Caller caller, String id) {
        return evidence.find(caller, id).orElseThrow(() -> notFound("evidence definition"));
    }

    private static <E extends TenantRow> List<E> all(TenantRepository<E> repository, Caller caller, String briefId) {
        return repository.all(caller, Map.of("formationBriefId", briefId));
    }

    /** The brief's entity tag; another when its target does not stand as it did. */
    public static String tag(Brief brief, TargetEvaluation evaluation) {
        if (evaluation.standing() == TargetStanding.CURRENT) {
            return EntityTag.of(brief.id(), brief.version());
        }
        return EntityTag.of(
                brief.id() + "." + brief.version() + "." + evaluation.standing().wireName() + "."
                        + evaluation.manifestDigest() + "." + evaluation.connectionType());
    }

    private boolean mayRead(Caller caller, String organizationId, String briefId) {
        return caller.kind() != Caller.Kind.RUNNER || readers.mayRead(organizationId, caller.name(), briefId);
    }

    private boolean mayReadPack(Caller caller, String organizationId, String briefId, String packId) {
        return caller.kind() != Caller.Kind.RUNNER
                || readers.mayReadPack(organizationId, caller.name(), briefId, packId);
    }

    private static ProblemException notFound(String what) {
        return ProblemType.NOT_FOUND.because("No such " + what + ".");
    }
}
