package dev.alloy.compiler;

import dev.alloy.contract.Digest;
import dev.alloy.contract.Finding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what differs between two compilations in the terms of a brief: capabilities by their id, gates by their name, texts by
 * themselves. Pure; compares the compiled documents, not their bytes.
 */
public final class BriefDiff {

    /**
     * One of the two compilations.
     *
     * @param brief {@code alloy.formation_brief.v1}
     * @param pack {@code alloy.prompt_pack.v1}
     * @param overlays {@code alloy.gate_overlay.v1}, one a mode
     */
    public record Side(JsonNode brief, JsonNode pack, List<JsonNode> overlays) {

        /** Copies the list. */
        public Side {
            overlays = List.copyOf(overlays);
        }
    }

    /** A part of a compilation as named things, in their order. */
    private record Area(String name, Function<Side, Map<String, JsonNode>> things) {}

    private static final List<Area> AREAS = List.of(
            single("mission.objective", "/mission/objective"),
            texts("mission.definition_of_done", "/mission/definition_of_done"),
            texts("mission.stop_conditions", "/mission/stop_conditions"),
            texts("intent_refs.product", "/intent_refs/product"),
            texts("intent_refs.design", "/intent_refs/design"),
            texts("intent_refs.engineering", "/intent_refs/engineering"),
            named("protected_capabilities", "/protected_capabilities", "id"),
            texts("threats_to_watch", "/threats_to_watch"),
            texts("preferred_strategies", "/preferred_strategies"),
            texts("forbidden_moves", "/forbidden_moves"),
            texts("tradeoffs", "/tradeoffs"),
            named("evidence_plan.required", "/evidence_plan/required", "id"),
            named("evidence_plan.suggested", "/evidence_plan/suggested", "id"),
            new Area("gates", BriefDiff::gates),
            single("agent_formation.pattern", "/agent_formation/pattern"),
            named("agent_formation.roles", "/agent_formation/roles", "name"),
            members("feedback_hooks", "/feedback_hooks"),
            members("repo", "/repo"),
            single("foundry.entry_event", "/foundry/entry_event"),
            single("foundry.throttle", "/foundry/throttle"),
            new Area("foundry.payload", side -> leaves(side.brief().at("/foundry/payload"))),
            single("target.mode", "/target/mode"),
            new Area("target.features", BriefDiff::features),
            single("manifest_digest", "/manifest_digest"),
            single("compiler_version", "/compiler_version"),
            single("schema_version", "/schema_version"),
            new Area("prompts", BriefDiff::prompts));

    private static final int MAX_POINTER = 300;

    private BriefDiff() {}

    /** Everything that differs, area by area; empty when there is nothing. */
    public static List<BriefChange> between(Side before, Side after) {
        List<BriefChange> changes = new ArrayList<>();
        AREAS.forEach(area ->
                compare(area.name(), area.things().apply(before), area.things().apply(after), changes));
        return List.copyOf(changes);
    }

    private static void compare(
            String area, Map<String, JsonNode> before, Map<String, JsonNode> after, List<BriefChange> changes) {
        after.forEach((subject, now) -> {
            JsonNode then = before.get(subject);
            if (then == null) {
                changes.add(new BriefChange(area, subject, "added", null, now));
            } else if (!then.equals(now)) {
                changes.add(new BriefChange(area, subject, "changed", then, now));
            }
        });
        before.forEach((subject, then) -> {
            if (!after.containsKey(subject)) {
                changes.add(new BriefChange(area, subject, "removed", then, null));
            }
        });
        List<String> kept = before.keySet().stream().filter(after::containsKey).toList();
        List<String> keptNow =
                after.keySet().stream().filter(before::containsKey).toList();
        if (!kept.equals(keptNow)) {
            changes.add(new BriefChange(area, area, "reordered", list(kept), list(keptNow)));
        }
    }

    private static JsonNode list(List<String> subjects) {
        var list = JsonNodeFactory.instance.arrayNode();
        subjects.forEach(list::add);
        return list;
    }

    private static Area single(String name, String pointer) {
        return new Area(name, side -> {
            JsonNode value = side.brief().at(pointer);
            return value.isMissingNode() ? Map.of() : Map.of(name, value);
        });
    }

    private static Area texts(String name, String pointer) {
        return new Area(name, side -> {
            Map<String, JsonNode> things = new LinkedHashMap<>();
            side.brief().at(pointer).forEach(text -> put(things, text.asString(), text));
            return things;
        });
    }

    private static Area named(String name, String pointer, String member) {
        return new Area(name, side -> {
            Map<String, JsonNode> things = new LinkedHashMap<>();
            side.brief()
                    .at(pointer)
                    .forEach(item -> put(things, item.path(member).asString(), item));
            return things;
        });
    }

    private static Area members(String name, String pointer) {
        return new Area(name, side -> {
            Map<String, JsonNode> things = new LinkedHashMap<>();
            side.brief().at(pointer).properties().forEach(member -> things.put(member.getKey(), member.getValue()));
            return things;
        });
    }

    /** The same text may stand in a list twice. */
    private static void put(Map<String, JsonNode> things, String subject, JsonNode value) {
        String free = subject;
        for (int i = 2; things.containsKey(free); i++) {
            free = subject + " (" + i + ")";
        }
        things.put(free, value);
    }

    private static Map<String, JsonNode> gates(Side side) {
        Map<String, JsonNode> things = new LinkedHashMap<>();
        for (JsonNode overlay : side.overlays()) {
            for (JsonNode gate : overlay.path("gates")) {
                ObjectNode shown = (ObjectNode) gate.deepCopy();
                shown.set("mode", overlay.path("mode"));
                put(things, gate.path("name").asString(), shown);
            }
        }
        return things;
    }

    private static Map<String, JsonNode> features(Side side) {
        Map<String, JsonNode> things = new LinkedHashMap<>();
        for (JsonNode feature : side.brief().at("/target/features")) {
            String subject = feature.path("feature").asString();
            put(
                    things,
                    subject.endsWith("_block")
                            ? subject + " " + feature.path("wanted").asString()
                            : subject,
                    feature);
        }
        return things;
    }

    /** The documents' digests: the words themselves are in the packs. */
    private static Map<String, JsonNode> prompts(Side side) {
        Map<String, JsonNode> things = new LinkedHashMap<>();
        for (JsonNode document : side.pack().path("documents")) {
            byte[] content = document.path("content").asString().getBytes(StandardCharsets.UTF_8);
            things.put(document.path("phase").asString(), JsonNodeFactory.instance.stringNode(Digest.of(content)));
        }
        return things;
    }

    private static Map<String, JsonNode> leaves(JsonNode payload) {
        Map<String, JsonNode> things = new LinkedHashMap<>();
        collect(payload, "", things);
        return things;
    }

    private static void collect(JsonNode value, String pointer, Map<String, JsonNode> leaves) {
        // What lies deeper is compared as a whole: thousands of long pointers would need more memory than there is.
        if (value.isObject() && !value.isEmpty() && pointer.length() <= MAX_POINTER) {
            value.properties()
                    .forEach(member ->
                            collect(member.getValue(), pointer + "/" + Finding.escape(member.getKey()), leaves));
        } else {
            leaves.put(pointer, value);
        }
    }
}
