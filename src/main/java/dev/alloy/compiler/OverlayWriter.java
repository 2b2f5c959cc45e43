package dev.alloy.compiler;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a gate overlay for each mode in use; gates keep the intent's order. */
final class OverlayWriter {

    private OverlayWriter() {}

    static List<CompiledOverlay> overlays(PromptContext context, String briefDigest) {
        return Stream.of(OverlayMode.values())
                .filter(mode -> context.intent().gates().stream().anyMatch(gate -> gate.mode() == mode))
                .map(mode -> new CompiledOverlay(mode, overlay(context, mode, briefDigest)))
                .toList();
    }

    private static CompiledDocument overlay(PromptContext context, OverlayMode mode, String briefDigest) {
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        overlay.put("schema_version", "alloy.gate_overlay.v1");
        overlay.put("mode", mode.wire());
        overlay.put("brief_digest", briefDigest);
        ArrayNode gates = overlay.putArray("gates");
        for (Intent.Gate gate : context.intent().gates()) {
            if (gate.mode() == mode) {
                ObjectNode item = gates.addObject();
                item.put("name", gate.name())
                        .put("command", gate.command())
                        .put("required", gate.required())
                        .put("timeout_secs", gate.timeoutSecs())
                        .put("phase", gate.phase());
                ArrayNode evidence = item.putArray("evidence");
                context.evidenceOf(gate).forEach(each -> evidence.add(each.key()));
            }
        }
        return new CompiledDocument(overlay);
    }
}
