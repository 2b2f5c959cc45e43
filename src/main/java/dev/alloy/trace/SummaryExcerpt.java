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
 * Excerpts from a trace summary what judging, evidence and reports need: lists are cut, and of each phase of gates the
 * last is kept. However many traces are looked at together, they fit into memory. Pure.
 */
final class SummaryExcerpt {

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
    private static final List<String> LISTS = List.of(
            "blocks_executed", "blocks_skipped", "blocks_failed", "mutators_executed", "mutators_simulated", "commits");
    private static final List<String> CORRELATION = List.of("run_request_id", "foundry_run_id", "trace_id");
    private static final List<String> OF_RESULTS = List.of("name", "passed", "required", "exit_code", "command_digest");
    private static final List<String> OF_ERRORS = List.of("block", "message", "fatal");
    private static final int ITEMS = 50;
    private static final int RESULTS = 200;
    private static final int ERRORS = 100;
    private static final int MESSAGE = 1_000;
    private static final int TEXT = 200;

    private SummaryExcerpt() {}

    static ObjectNode of(JsonNode summary) {
        ObjectNode gist = JsonNodeFactory.instance.objectNode();
        PLAIN.forEach(member -> copy(summary, member, gist));
        LISTS.stream()
                .filter(member -> summary.path(member).isArray())
                .forEach(member -> cut(summary.path(member), gist.putArray(member)));
        if (!summary.path("blocks_failed").isEmpty()) {
            errors(summary.path("errors"), gist.putArray("errors"));
        }
        ObjectNode correlation = gist.putObject("correlation");
        CORRELATION.forEach(member -> copy(summary.path("correlation"), member, correlation));
        Map<String, JsonNode> last = new LinkedHashMap<>();
        boolean all = true;
        for (JsonNode phase : summary.path("gate_phases")) {
            String name = phase.path("phase").asString("");
            if (last.size() < ITEMS || last.containsKey(name)) {
                last.put(name, phase);
            } else {
                all = false;
            }
        }
        if (summary.path("gate_phases").isArray()) {
            ArrayNode phases = gist.putArray("gate_phases");
            last.values().forEach(phase -> phases.add(phase(phase)));
        }
        if (!all) {
            gist.withObject("counts").put("phases_left_out", 1);
        }
        return gist;
    }

    private static ObjectNode phase(JsonNode phase) {
        ObjectNode short_ = JsonNodeFactory.instance.objectNode();
        List.of("phase", "all_passed", "required_passed", "gates", "cut")
                .forEach(member -> copy(phase, member, short_));
        if (!phase.path("results").isArray()) {
            return short_;
        }
        ArrayNode results = short_.putArray("results");
        if (phase.path("results").size() > RESULTS) {
            short_.put("cut", true);
        }
        phase.path("results").valueStream().limit(RESULTS).forEach(result -> {
            ObjectNode told = results.addObject();
            OF_RESULTS.forEach(member -> copy(result, member, told));
        });
        return short_;
    }

    private static void errors(JsonNode errors, ArrayNode target) {
        errors.valueStream()
                .filter(error -> error.path("block").isString())
                .limit(ERRORS)
                .forEach(error -> {
                    ObjectNode told = target.addObject();
                    OF_ERRORS.forEach(member -> copy(error, member, told, MESSAGE));
                });
    }

    private static void cut(JsonNode list, ArrayNode target) {
        list.valueStream().limit(ITEMS).forEach(item -> target.add(bounded(item, TEXT)));
    }

    private static void copy(JsonNode from, String member, ObjectNode target) {
        copy(from, member, target, TEXT);
    }

    private static void copy(JsonNode from, String member, ObjectNode target, int longest) {
        JsonNode value = from.path(member);
        if (!value.isMissingNode()) {
            target.set(member, bounded(value, longest));
        }
    }

    /** Objects are those of our own making, or were sent with a summary: of these only plain members are kept. */
    private static JsonNode bounded(JsonNode value, int longest) {
        if (value.isString()) {
            return JsonNodeFactory.instance.stringNode(Redaction.text(value.stringValue(), longest));
        }
        if (value instanceof ObjectNode object) {
            ObjectNode plain = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .filter(member -> !member.getValue().isContainer())
                    .limit(10)
                    .forEach(member ->
                            plain.set(Redaction.text(member.getKey(), TEXT), bounded(member.getValue(), longest)));
            return plain;
        }
        return value.isContainer() ? JsonNodeFactory.instance.nullNode() : value;
    }
}
