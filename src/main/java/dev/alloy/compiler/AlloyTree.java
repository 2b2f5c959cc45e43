package dev.alloy.compiler;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Everything a run can need as files: what a bundle holds and a runner materializes. Source: compiler.md, the table. */
public final class AlloyTree {

    private AlloyTree() {}

    /**
     * The complete tree, whatever the target resolves by itself.
     *
     * @param brief the compiled brief
     * @param briefVersion its version within the project
     * @param references ids and digests of brief and pack
     * @param pack the prompt pack, edited or not
     * @param overlays the gate overlays to apply
     * @return files in a fixed order: brief, prompts in the pack's order, checklist, overlay
     */
    public static List<AlloyFile> files(
            JsonNode brief, int briefVersion, References references, JsonNode pack, List<? extends JsonNode> overlays) {
        List<AlloyFile> files = new ArrayList<>();
        files.add(new AlloyFile(
                "formation_brief",
                references.briefPath(),
                "application/yaml",
                BriefYaml.render(brief, references.briefId(), briefVersion, references.briefDigest())));
        pack.path("documents")
                .forEach(document -> files.add(new AlloyFile(
                        "prompt",
                        document.path("path").asString(),
                        document.path("media_type").asString(),
                        document.path("content").asString().getBytes(StandardCharsets.UTF_8))));
        GateFiles.checklist(overlays)
                .ifPresent(bytes -> files.add(
                        new AlloyFile("gate_checklist", GateFiles.CHECKLIST_PATH, PromptDocument.MEDIA_TYPE, bytes)));
        GateFiles.honeGates(overlays)
                .ifPresent(bytes ->
                        files.add(new AlloyFile("gate_overlay", GateFiles.OVERLAY_PATH, "application/json", bytes)));
        return List.copyOf(files);
    }
}
