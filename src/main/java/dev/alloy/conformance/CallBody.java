package dev.alloy.conformance;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.Finding;
import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads bodies as strictly as the server does. */
final class CallBody {

    private static final Map<String, String> SCHEMAS = Map.ofEntries(
            Map.entry("accepted", "accept_run"),
            Map.entry("started", "start_run"),
            Map.entry("heartbeat", "heartbeat"),
            Map.entry("release", "reason"),
            Map.entry("events", "tell_events"),
            Map.entry("completed", "alloy.foundry_run_result.v1"),
            Map.entry("failed", "alloy.foundry_run_result.v1"),
            Map.entry("trace-summary", "alloy.trace_summary.v1"),
            Map.entry("evidence-observations", "alloy.evidence_observation.v1"),
            Map.entry("capability-manifest", "foundry.capability_manifest.v1"));

    private CallBody() {}

    static JsonNode read(String call, boolean ofRunner, byte[] body) throws ProblemReply {
        JsonNode json;
        try {
            json = call.equals("traces") ? JsonMapper.shared().readTree(body) : StrictJson.read(body);
        } catch (UnreadableJson | JacksonException e) {
            throw new ProblemReply(400, "malformed-json", String.valueOf(e.getMessage()));
        }
        String schema = call.equals("traces")
                ? "foundry.process_result"
                : call.equals("heartbeat") && ofRunner ? "runner_heartbeat" : SCHEMAS.get(call);
        if (schema != null) {
            List<Finding> findings = DocumentSchemas.validate(schema, json);
            if (!findings.isEmpty()) {
                throw new ProblemReply(422, "invalid-body", "Not a valid " + schema + ": " + findings);
            }
        }
        return json;
    }
}
