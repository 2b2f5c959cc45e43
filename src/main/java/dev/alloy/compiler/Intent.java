package dev.alloy.compiler;

import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.contract.foundry.Throttle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A valid source intent with its defaults filled in. */
record Intent(
        ObjectNode source,
        Mission mission,
        Refs refs,
        List<Capability> capabilities,
        List<String> threats,
        List<String> strategies,
        List<String> forbiddenMoves,
        List<String> tradeoffs,
        List<PlannedEvidence> evidence,
        List<Gate> gates,
        List<Role> roles,
        List<String> completionHooks,
        Controls foundry,
        List<Observation> observations) {

    private static final int FOUNDRY_GATE_TIMEOUT_SECS = 300;

    record Mission(String objective, List<String> definitionOfDone, List<String> stopConditions) {}

    record Refs(List<String> product, List<String> design, List<String> engineering) {

        List<String> all() {
            return Stream.of(product, design, engineering).flatMap(List::stream).toList();
        }

        List<String> experience() {
            return Stream.of(product, design).flatMap(List::stream).toList();
        }
    }

    record Capability(String id, String statement, String severity) {}

    record Gate(String name, String command, boolean required, int timeoutSecs, String phase, OverlayMode mode) {}

    record Role(String name, @Nullable String access) {}

    record Observation(String path, String text) {}

    record Controls(
            EntryEvent entryEvent,
            Optional<Throttle> throttle,
            ObjectNode payload,
            List<String> requiredBlocks,
            List<String> wishedBlocks) {

        /** Only a real {@code true} counts: Foundry runs an ordinary iteration for anything else. */
        boolean isStrategic() {
            return entryEvent == EntryEvent.ITERATION_REQUESTED
                    && payload.path("strategic").booleanValue(false);
        }
    }

    /** Whether the intent says something at this place. */
    boolean has(String pointer) {
        return !source.at(pointer).isMissingNode();
    }

    /** Reads an intent that {@link IntentChecks} has nothing against. */
    static Intent read(ObjectNode tree) {
        JsonNode mission = tree.path("mission");
        JsonNode refs = tree.path("intent_refs");
        List<PlannedEvidence> evidence = new ArrayList<>();
        evidence.addAll(evidence(tree.path("evidence_plan").path("required"), true));
        evidence.addAll(evidence(tree.path("evidence_plan").path("suggested"), false));
        return new Intent(
                tree,
                new Mission(
                        mission.path("objective").asString(),
                        texts(mission.path("definition_of_done")),
                        texts(mission.path("stop_conditions"))),
                new Refs(texts(refs.path("product")), texts(refs.path("design")), texts(refs.path("engineering"))),
                tree.path("protected_capabilities")
                        .valueStream()
                        .map(Intent::capability)
                        .toList(),
                texts(tree.path("threats_to_watch")),
                texts(tree.path("preferred_strategies")),
                texts(tree.path("forbidden_moves")),
                texts(tree.path("tradeoffs")),
                List.copyOf(evidence),
                tree.path("gates").valueStream().map(Intent::gate).toList(),
                tree.path("agent_formation")
                        .path("roles")
                        .valueStream()
                        .map(role -> new Role(role.path("name").asString(), text(role, "access")))
                        .toList(),
                texts(tree.path("feedback_hooks").path("on_completed")),
                controls(tree.path("foundry")),
                tree.path("codebase_observations")
                        .valueStream()
                        .map(seen -> new Observation(
                                seen.path("path").asString(), seen.path("text").asString()))
                        .toList());
    }

    private static Capability capability(JsonNode json) {
        return new Capability(
                json.path("id").asString(),
                json.path("statement").asString(),
                json.path("severity").asString());
    }

    private static List<PlannedEvidence> evidence(JsonNode list, boolean required) {
        return list.valueStream()
                .map(json -> new PlannedEvidence(
                        json.path("id").asString(),
                        json.path("statement").asString(),
                        json.path("kind").asString(),
                        required,
                        text(json, "gate"),
                        texts(json.path("capability_ids"))))
                .toList();
    }

    private static Gate gate(JsonNode json) {
        return new Gate(
                json.path("name").asString(),
                json.path("command").asString(),
                json.path("required").booleanValue(),
                json.path("timeout_secs").asInt(FOUNDRY_GATE_TIMEOUT_SECS),
                json.path("phase").asString("verify"),
                OverlayMode.parse(json.path("mode").asString()).orElseThrow());
    }

    private static Controls controls(JsonNode json) {
        ObjectNode payload = json.get("payload") instanceof ObjectNode given
                ? given.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        return new Controls(
                EntryEvent.parse(json.path("entry_event").asString()).orElseThrow(),
                Throttle.parse(text(json, "throttle")),
                payload,
                texts(json.path("required_blocks")),
                texts(json.path("wished_blocks")));
    }

    private static @Nullable String text(JsonNode parent, String member) {
        JsonNode value = parent.get(member);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
