package dev.alloy.conformance;

import dev.alloy.bridge.wire.TraceResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the planted runner says of a run's end. */
final class PlantedResults {

    private final Path workdir;
    private final boolean silentOfGates;

    PlantedResults(Path workdir, boolean silentOfGates) {
        this.workdir = workdir;
        this.silentOfGates = silentOfGates;
    }

    ObjectNode success(JsonNode journal, TraceResponse trace) throws Exception {
        ObjectNode result = result(journal, "completed")
                .put("foundry_run_id", journal.path("event_id").asString())
                .put(
                        "repo_revision_after",
                        GitRepository.in(workdir.resolve(journal.path("request")
                                        .path("project_id")
                                        .asString()))
                                .head());
        ArrayNode gates = result.putArray("gates");
        trace.getBlockExecutionsList().stream()
                .filter(block -> !silentOfGates)
                .flatMap(block -> block.getEmittedPayloadJsonsList().stream())
                .map(payload -> JsonMapper.shared().readTree(payload))
                .filter(payload -> payload.has("required_passed") && payload.has("gates"))
                .flatMap(payload -> payload.path("results").valueStream())
                .forEach(gate -> gates.addObject()
                        .put("name", gate.path("name").asString())
                        .put("phase", "preflight")
                        .put("status", gate.path("passed").asBoolean() ? "passed" : "failed")
                        .put("required", gate.path("required").asBoolean())
                        .put("exit_code", gate.path("exit_code").asInt()));
        return result;
    }

    ObjectNode failure(JsonNode journal, String code) {
        ObjectNode result = result(journal, "failed");
        result.putObject("error").put("category", "safety").put("code", code);
        return result;
    }

    private static ObjectNode result(JsonNode journal, String status) {
        JsonNode request = journal.path("request");
        ObjectNode result = EventChain.object()
                .put("schema_version", "alloy.foundry_run_result.v1")
                .put("status", status)
                .put("retry_count", 0)
                .put("completed_at", WallClock.now().toString());
        result.set("run_request_id", request.path("request_id"));
        result.set("brief_id", request.at("/brief/id"));
        result.set("brief_digest", request.at("/brief/digest"));
        result.set("project_id", request.path("project_id"));
        result.set("repo_revision_before", request.at("/repo/revision"));
        result.set("throttle", request.at("/foundry/throttle"));
        result.set("entry_event", request.at("/foundry/entry_event"));
        return result.set("trace_id", request.path("trace_id"));
    }

    static JsonNode trace(String eventId) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(PlantedRunner.env("FOUNDRY_TRACES_DIR")))) {
            Path file = files.filter(one -> one.endsWith(eventId + ".json"))
                    .findFirst()
                    .orElseThrow();
            return JsonMapper.shared().readTree(Files.readString(file));
        }
    }
}
