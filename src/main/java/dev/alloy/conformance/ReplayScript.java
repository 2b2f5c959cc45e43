package dev.alloy.conformance;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays a recorded trace for another request. */
final class ReplayScript implements Script {

    private final JsonNode trace;

    ReplayScript(JsonNode trace) {
        this.trace = trace;
    }

    @Override
    public void play(EventChain chain) throws InterruptedException {
        Map<String, JsonNode> recorded = new HashMap<>();
        trace.path("events").forEach(event -> recorded.put(event.path("id").asString(), event));
        JsonNode root = trace.path("events").path(0);
        String project = root.path("project").asString();
        Map<String, FoundryEvent> played = new HashMap<>();
        played.put(root.path("id").asString(), chain.root());
        for (JsonNode block : trace.path("block_executions")) {
            FoundryEvent trigger = played.get(block.path("trigger_event_id").asString());
            if (trigger == null) {
                throw new IllegalArgumentException("A block works on an event that nothing has told: " + block);
            }
            EventChain.Block now = chain.begin(block.path("block_name").asString(), trigger);
            for (JsonNode id : block.path("emitted_event_ids")) {
                JsonNode event = recorded.getOrDefault(id.asString(), EventChain.object());
                played.put(
                        id.asString(),
                        now.emit(event.path("event_type").asString(), adapted(event.path("payload"), chain)));
            }
            if (block.path("exit_code").isInt()) {
                now.ran(
                        block.path("raw_output").asString(""),
                        block.path("exit_code").intValue());
            }
            now.end(
                    block.path("success").asBoolean(),
                    block.path("summary")
                            .asString()
                            .replace(project, chain.root().project()));
        }
    }

    private static JsonNode adapted(JsonNode payload, EventChain chain) {
        if (!(payload instanceof ObjectNode object)) {
            return payload;
        }
        ObjectNode copy = object.deepCopy();
        if (copy.has("project")) {
            copy.put("project", chain.root().project());
        }
        JsonNode actions = chain.root().payload().path("actions");
        if (copy.has("actions") && actions.isObject()) {
            copy.set("actions", actions);
        }
        return copy;
    }
}
