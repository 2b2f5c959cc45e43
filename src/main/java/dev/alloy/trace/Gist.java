package dev.alloy.trace;

import dev.alloy.contract.foundry.Redaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of a summary that judging, evidence and reports look at, in the summary's own form: lists are cut, of each phase of gates the
 * last is kept. However many traces are looked at together, they fit into memory. Pure.
 */
final class Gist {

    private static final List<String> PLAIN = List.of(
            "schema_version",
            "root_event",
            "entry_event",
            "project",
            "throttle",
            "retry_requests",
            "pushed",
            "event_ids_verified",
            "counts");
    private static final List<String> LISTS =
            List.of("blocks_executed", "blocks_skipped", "mutators_executed", "mutators_simulated", "commits");
    private static final List<String> CORRELATION = List.of("run_request_id", "foundry_run_id", "trace_id");
    private static final List<String> OF_RESULTS = List.of("name", "passed", "required", "exit_code");
    private static final int ITEMS = 50;
    private static final int TEXT = 200;

    private Gist() {}

    static ObjectNode of(JsonNode summary) {
        ObjectNode gist = JsonNodeFactory.instance.objectNode();
        PLAIN.forEach(member -> copy(summary, member, gist));
        LISTS.forEach(member -> cut(summary.path(member), gist.putArray(member)));
        ObjectNode correlation = gist.putObject("correlation");
        CORRELATION.forEach(member -> copy(summary.path("correlation"), member, correlation));
        Map<String, JsonNode> last = new LinkedHashMap<>();
        summary.path("gate_phases").forEach(phase -> {
            String name = phase.path("phase").asString("");
            if (last.size() < ITEMS || last.containsKey(name)) {
                last.put(name, phase);
            }
        });
        ArrayNode phases = gist.putArray("gate_phases");
        last.values().forEach(phase -> phases.add(phase(phase)));
        return gist;
    }

    private static ObjectNode phase(JsonNode phase) {
        ObjectNode short_ = JsonNodeFactory.instance.objectNode();
        List.of("phase", "all_passed", "required_passed", "gates").forEach(member -> copy(phase, member, short_));
        ArrayNode results = short_.putArray("results");
        phase.path("results").valueStream().limit(ITEMS).forEach(result -> {
            ObjectNode told = results.addObject();
            OF_RESULTS.forEach(member -> copy(result, member, told));
        });
        return short_;
    }

    private static void cut(JsonNode list, ArrayNode target) {
        list.valueStream().limit(ITEMS).forEach(item -> target.add(bounded(item)));
    }

    private static void copy(JsonNode from, String member, ObjectNode target) {
        JsonNode value = from.path(member);
        if (!value.isMissingNode()) {
            target.set(member, bounded(value));
        }
    }

    /** Objects are those of our own making, or were sent with a summary: of these only plain members are kept. */
    private static JsonNode bounded(JsonNode value) {
        if (value.isString()) {
            return JsonNodeFactory.instance.stringNode(Redaction.text(value.stringValue(), TEXT));
        }
        if (value instanceof ObjectNode object) {
            ObjectNode plain = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .filter(member -> !member.getValue().isContainer())
                    .limit(10)
                    .forEach(member -> plain.set(Redaction.text(member.getKey(), TEXT), bounded(member.getValue())));
            return plain;
        }
        return value.isContainer() ? JsonNodeFactory.instance.nullNode() : value;
    }
}
