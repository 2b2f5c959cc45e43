package dev.alloy.compiler;

import dev.alloy.contract.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Everything a run can need as files: what a bundle holds and a runner materializes. Source: compiler.md, the table. */
public final class AlloyTree {

    /** What Foundry is told: the member {@code foundry} of an execution request. */
    private static final String CONTROLS_PATH = ".alloy/foundry.json";

    private AlloyTree() {}

    /**
     * The complete tree, whatever the target resolves by itself.
     *
     * @param brief the compiled brief
     * @param briefVersion its version within the project
     * @param references ids and digests of brief and pack
     * @param pack the prompt pack, edited or not
     * @param overlays the gate overlays to apply
     * @return files in a fixed order: brief, prompts in the pack's order, checklist, overlay, what Foundry is told
     */
    public static List<AlloyFile> files(
            JsonNode brief,
            int briefVersion,
            DocumentReferences references,
            JsonNode pack,
            List<? extends JsonNode> overlays) {
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
        files.add(new AlloyFile(
                "foundry_controls", CONTROLS_PATH, "application/json", controls(brief, references, pack)));
        return List.copyOf(files);
    }

    private static byte[] controls(JsonNode brief, DocumentReferences references, JsonNode pack) {
        JsonNode foundry = brief.path("foundry");
        ObjectNode controls = JsonNodeFactory.instance.objectNode();
        controls.put("entry_event", foundry.path("entry_event").asString());
        controls.put("throttle", foundry.path("throttle").asString());
        controls.set("payload", ExecutionPayload.render(brief, references, pack));
        return CanonicalJson.bytes(controls);
    }
}
