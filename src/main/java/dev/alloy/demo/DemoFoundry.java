package dev.alloy.demo;

import static dev.alloy.demo.DemoApi.text;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers an execution request as a dry run of Foundry might, without a repository, an agent or a command: the gate that guards
 * the vendor's SDK fails, every other one passes. Its results say that they are simulated.
 */
final class DemoFoundry {

    static final String RUN_ID_PREFIX = "simulated-";

    private static final String FAILING_GATE = "vendor_import_boundary";

    /**
     * The result of the request, {@code alloy.foundry_run_result.v1}.
     *
     * @param brief the formation brief that the request names
     * @param overlays the gate overlays that the request names
     * @param completedAt when the simulation is said to have ended
     */
    ObjectNode execute(JsonNode request, JsonNode brief, List<JsonNode> overlays, Instant completedAt) {
        String revision = text(request.path("repo"), "revision");
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("schema_version", "alloy.foundry_run_result.v1");
        result.put("simulated", true);
        result.put("run_request_id", text(request, "request_id"));
        result.put("foundry_run_id", RUN_ID_PREFIX + text(request, "trace_id"));
        result.put("brief_id", text(request.path("brief"), "id"));
        result.put("brief_digest", text(request.path("brief"), "digest"));
        result.put("project_id", text(request, "project_id"));
        ArrayNode gates = gates(overlays);
        boolean findings = stream(gates).anyMatch(gate -> !passed(gate));
        result.put("status", findings ? "completed_with_findings" : "completed");
        result.put("repo_revision_before", revision).put("repo_revision_after", revision);
        result.put("throttle", text(request.path("foundry"), "throttle"));
        result.put("entry_event", text(request.path("foundry"), "entry_event"));
        result.put("retry_count", 1);
        result.set("gates", gates);
        ObjectNode changes = result.putObject("changes");
        List.of("files_changed", "commits", "mutators_executed").forEach(changes::putArray);
        changes.putArray("mutators_simulated").add("Execute Plan").add("Commit and Push");
        changes.put("pushed", false);
        summarize(brief, gates, result.putObject("summary"));
        result.putArray("evidence_observations");
        result.put("trace_id", text(request, "trace_id"));
        result.put("completed_at", completedAt.toString());
        return result;
    }

    private static ArrayNode gates(List<JsonNode> overlays) {
        ArrayNode gates = JsonNodeFactory.instance.arrayNode();
        for (JsonNode overlay : overlays) {
            for (JsonNode wanted : overlay.path("gates")) {
                boolean fails = text(wanted, "name").equals(FAILING_GATE);
                ObjectNode gate = gates.addObject();
                gate.put("name", text(wanted, "name"))
                        .put("phase", "verify")
                        .put("status", fails ? "failed" : "passed")
                        .put("required", wanted.path("required").asBoolean(true))
                        .put("exit_code", fails ? 1 : 0)
                        .put("duration_ms", 0);
                if (fails) {
                    gate.put("details", "CheckoutView imports the vendor SDK.");
                }
            }
        }
        return gates;
    }

    private static void summarize(JsonNode brief, ArrayNode gates, ObjectNode summary) {
        summary.set("capabilities_preserved", capabilitiesBehind(brief, gates, true));
        summary.set("capabilities_at_risk", capabilitiesBehind(brief, gates, false));
        ArrayNode threats = summary.putArray("threats_observed");
        ArrayNode questions = summary.putArray("follow_up_questions");
        if (stream(gates).anyMatch(gate -> text(gate, "name").equals(FAILING_GATE))) {
            threats.add(brief.path("threats_to_watch").path(0).asString(""));
            questions.add("Should the import move behind the gateway before a full run is approved?");
        }
    }

    private static ArrayNode capabilitiesBehind(JsonNode brief, ArrayNode gates, boolean passed) {
        Set<String> capabilities = new TreeSet<>();
        stream(gates)
                .filter(gate -> passed(gate) == passed)
                .flatMap(gate -> stream(brief.path("evidence_plan").path("required"))
                        .filter(evidence -> text(evidence, "gate").equals(text(gate, "name"))))
                .flatMap(evidence -> stream(evidence.path("capability_ids")))
                .forEach(id -> capabilities.add(id.asString()));
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        capabilities.forEach(ids::add);
        return ids;
    }

    private static boolean passed(JsonNode gate) {
        return text(gate, "status").equals("passed");
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
