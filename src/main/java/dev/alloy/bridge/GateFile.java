package dev.alloy.bridge;

import dev.alloy.contract.Digest;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Foundry's gate file: {@code {"gates": [{"name", "command", "required", "timeout"?}]}}, the time in whole seconds.
 * Pure. Source: foundry.md, “Files”.
 */
final class GateFile {

    /** Where it stands in a project. */
    static final String NAME = ".hone-gates.json";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ObjectNode content;

    private GateFile(ObjectNode content) {
        this.content = content;
    }

    /** What is done with the file for a run, so it can be undone. */
    enum Handling {
        /** It is left as it is. */
        NONE,
        /** The repository has it: Git is told to look away from what is in it. */
        HIDDEN,
        /** The repository has none: it is created, and removed again. */
        MADE
    }

    /**
     * A gate that an overlay asks for.
     *
     * @param timeoutSeconds 0 for Foundry's own
     * @param evidence the keys of the evidence it decides
     */
    record Gate(String name, String command, boolean required, long timeoutSeconds, List<String> evidence) {}

    /**
     * Reads the repository's own file. Refused where Foundry would not take it either.
     *
     * @param bytes null where there is no file
     */
    static GateFile read(byte @Nullable [] bytes) {
        if (bytes == null) {
            ObjectNode none = JsonNodeFactory.instance.objectNode();
            none.putArray("gates");
            return new GateFile(none);
        }
        try {
            JsonNode content = StrictJson.read(bytes);
            if (content instanceof ObjectNode object
                    && content.path("gates").isArray()
                    && content.path("gates").valueStream().allMatch(GateFile::isGate)) {
                refuseSameName(object);
                return new GateFile(object);
            }
            throw unreadable("Each of its gates needs name, command and required.");
        } catch (UnreadableJson e) {
            throw unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Foundry runs both and tells them apart by nothing, so one of them could speak for the other. */
    private static void refuseSameName(ObjectNode content) {
        Set<String> names = new HashSet<>();
        content.path("gates")
                .valueStream()
                .map(gate -> gate.path("name").asString(""))
                .filter(name -> !names.add(name))
                .findFirst()
                .ifPresent(name -> {
                    throw unreadable("The gate " + name + " is in it twice; give each gate a name of its own.");
                });
    }

    private static boolean isGate(JsonNode gate) {
        return gate.path("name").isString()
                && gate.path("command").isString()
                && gate.path("required").isBoolean()
                && (!gate.has("timeout") || gate.path("timeout").canConvertToLong());
    }

    private static ExecutionRefused unreadable(String why) {
        return ExecutionRefused.dispatch(
                "gate-file-unreadable", "The repository's " + NAME + " cannot be relied on. " + why);
    }

    /** The gates that overlay documents ask for. */
    static List<Gate> asked(List<JsonNode> overlays) {
        return overlays.stream()
                .flatMap(overlay -> overlay.path("gates").valueStream())
                .map(gate -> new Gate(
                        gate.path("name").asString(""),
                        gate.path("command").asString(""),
                        gate.path("required").asBoolean(false),
                        gate.path("timeout_secs").asLong(0),
                        gate.path("evidence")
                                .valueStream()
                                .map(key -> key.asString(""))
                                .toList()))
                .toList();
    }

    /** The names of the required gates whose commands this file does not hold. */
    List<String> unknownOf(List<Gate> asked) {
        Set<String> own = content.path("gates")
                .valueStream()
                .map(gate -> gate.path("command").asString(""))
                .collect(Collectors.toSet());
        return asked.stream()
                .filter(gate -> gate.required() && !own.contains(gate.command()))
                .map(Gate::name)
                .toList();
    }

    /**
     * This file with the required gates in it: one of the same name takes the approved command and becomes required,
     * others are added. What else is in the file stays. Empty where nothing is required.
     *
     * @return UTF-8, or null where this file is left as it is
     */
    byte @Nullable [] merged(List<Gate> asked) {
        List<Gate> required = asked.stream().filter(Gate::required).toList();
        if (required.isEmpty()) {
            return null;
        }
        ObjectNode merged = content.deepCopy();
        ArrayNode gates = merged.withArray("gates");
        for (Gate gate : required) {
            requireVisible(gate);
            ObjectNode entry = entry(gates, gate.name());
            entry.put("name", gate.name()).put("command", gate.command()).put("required", true);
            if (gate.timeoutSeconds() > 0) {
                entry.put("timeout", gate.timeoutSeconds());
            }
        }
        return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(merged) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode entry(ArrayNode gates, String name) {
        List<JsonNode> same = new ArrayList<>();
        gates.forEach(gate -> {
            if (gate.path("name").asString("").equals(name)) {
                same.add(gate);
            }
        });
        return same.isEmpty() || !(same.get(0) instanceof ObjectNode first) ? gates.addObject() : first;
    }

    /** A reader of the file has to see all that the shell will. */
    private static void requireVisible(Gate gate) {
        boolean hidden = gate.command()
                .codePoints()
                .anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'
                        || Character.getType(c) == Character.FORMAT);
        if (hidden || gate.name().isBlank() || gate.command().isBlank()) {
            throw ExecutionRefused.safety(
                    "gate-not-readable",
                    "A gate command of the overlay is empty, or holds invisible characters; it will not be run.");
        }
    }

    /** The digest of a gate file; null where there is none. */
    static @Nullable String digest(byte @Nullable [] bytes) {
        return bytes == null ? null : Digest.of(bytes);
    }
}
