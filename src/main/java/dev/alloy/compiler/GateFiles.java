package dev.alloy.compiler;

import dev.alloy.contract.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gate overlays as files, for a Foundry that does not resolve them. Source: compiler.md, the table; foundry.md, “Files”. */
public final class GateFiles {

    /** Where the checklist of advisory gates stands in a working copy. */
    public static final String CHECKLIST_PATH = ".alloy/gates/checklist.md";

    /** Where the required gates stand, in Foundry's own format, for the runner to merge. */
    public static final String OVERLAY_PATH = ".alloy/gates/overlay.hone-gates.json";

    private GateFiles() {}

    /**
     * The required gates of all overlays in Foundry's gate file format, where {@code timeout} is in whole seconds.
     *
     * @param overlays {@code alloy.gate_overlay.v1} documents of any mode
     * @return canonical JSON in UTF-8, or empty when no gate is required
     */
    public static Optional<byte[]> honeGates(List<? extends JsonNode> overlays) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        ArrayNode gates = file.putArray("gates");
        for (JsonNode gate : gates(overlays, true)) {
            gates.addObject()
                    .put("name", gate.path("name").asString())
                    .put("command", gate.path("command").asString())
                    .put("required", true)
                    .put("timeout", gate.path("timeout_secs").intValue());
        }
        return gates.isEmpty() ? Optional.empty() : Optional.of(CanonicalJson.bytes(file));
    }

    /**
     * The advisory gates of all overlays as a checklist for people and agents.
     *
     * @param overlays {@code alloy.gate_overlay.v1} documents of any mode
     * @return Markdown in UTF-8, or empty when no gate is advisory
     */
    public static Optional<byte[]> checklist(List<? extends JsonNode> overlays) {
        List<JsonNode> gates = gates(overlays, false);
        if (gates.isEmpty()) {
            return Optional.empty();
        }
        String items = gates.stream().map(GateFiles::item).collect(Collectors.joining());
        String text =
                "# Advisory gates\n\nThese inform and decide nothing. Run each and note what it says.\n\n" + items;
        return Optional.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String item(JsonNode gate) {
        String evidence = gate.path("evidence")
                .valueStream()
                .map(key -> Markdown.code(key.asString()))
                .collect(Collectors.joining(", "));
        return "- [ ] " + Markdown.code(gate.path("name").asString()) + " ("
                + gate.path("phase").asString() + ", at most "
                + gate.path("timeout_secs").intValue() + " s): "
                + (evidence.isEmpty() ? "" : "evidence " + evidence + "; ")
                + Markdown.exactly(gate.path("command").asString()) + "\n";
    }

    private static List<JsonNode> gates(List<? extends JsonNode> overlays, boolean required) {
        return overlays.stream()
                .flatMap(overlay -> overlay.path("gates").valueStream())
                .filter(gate -> gate.path("required").booleanValue(false) == required)
                .toList();
    }
}
