package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.compiler.AlloyFile;
import dev.alloy.compiler.AlloyTree;
import dev.alloy.compiler.DocumentReferences;
import dev.alloy.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Packs a brief's {@code .alloy/} tree, for people who carry it to a Foundry by hand and for runners that want it in one piece. */
@Service
@Transactional(readOnly = true)
public class Bundles {

    private final Briefs briefs;
    private final JsonMapper json;

    Bundles(Briefs briefs, JsonMapper json) {
        this.briefs = briefs;
        this.json = json;
    }

    /**
     * The bundle of a brief: the tree as files, the documents as they were digested, and a manifest of all of them. Overlays that
     * were rejected are left out.
     *
     * @param packId the prompt pack; null for the brief's newest
     */
    public Bundle of(Caller caller, String briefId, @Nullable String packId) {
        Brief brief = briefs.get(caller, briefId);
        PromptPack pack = packId == null ? briefs.newestPack(caller, briefId) : packOf(caller, briefId, packId);
        List<GateOverlay> overlays = briefs.overlaysInUse(caller, briefId);
        List<AlloyFile> files = new ArrayList<>(tree(brief, pack, overlays));
        files.addAll(compiled(brief, pack, overlays));
        files.add(0, BundleManifest.of(brief, pack, overlays, files));
        return new Bundle(brief.id() + ".zip", ReproducibleZip.of(files));
    }

    private PromptPack packOf(Caller caller, String briefId, String packId) {
        PromptPack pack = briefs.pack(caller, packId);
        if (!pack.formationBriefId().equals(briefId)) {
            throw ProblemType.NOT_FOUND.because("No such prompt pack of this brief.");
        }
        return pack;
    }

    private List<AlloyFile> tree(Brief brief, PromptPack pack, List<GateOverlay> overlays) {
        return AlloyTree.files(
                json.readTree(brief.compiledPayload()),
                brief.ordinal(),
                new DocumentReferences(brief.id(), brief.digest(), pack.id(), pack.digest()),
                json.readTree(pack.prompts()),
                overlays.stream()
                        .<JsonNode>map(overlay -> json.readTree(overlay.content()))
                        .toList());
    }

    /** The bytes whose digests were approved, so a bundle can be checked without the service. */
    private static List<AlloyFile> compiled(Brief brief, PromptPack pack, List<GateOverlay> overlays) {
        List<AlloyFile> files = new ArrayList<>();
        files.add(document("formation-brief", brief.compiledPayload()));
        files.add(document("prompt-pack", pack.prompts()));
        overlays.forEach(overlay -> files.add(document("gate-overlay." + overlay.mode(), overlay.content())));
        return files;
    }

    private static AlloyFile document(String name, byte[] bytes) {
        return new AlloyFile("compiled", ".alloy/compiled/" + name + ".json", "application/json", bytes);
    }
}
