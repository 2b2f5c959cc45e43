package dev.alloy.conformance;

import dev.alloy.bridge.wire.TraceBlockExecution;
import dev.alloy.bridge.wire.TraceEvent;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.contract.foundry.EventIds;
import dev.alloy.contract.foundry.Throttle;
import tools.jackson.databind.JsonNode;

/** A trace as the Trace call has it: poorer than the file. Source: foundry.md, “gRPC”. */
final class GrpcTrace {

    private GrpcTrace() {}

    static TraceResponse of(JsonNode trace) {
        TraceResponse.Builder response = TraceResponse.newBuilder()
                .setFound(true)
                .setTotalDurationMs(trace.path("total_duration_ms").asLong(0));
        trace.path("events").forEach(event -> response.addEvents(event(event)));
        trace.path("block_executions").forEach(block -> response.addBlockExecutions(block(block)));
        return response.build();
    }

    private static TraceEvent event(JsonNode event) {
        return TraceEvent.newBuilder()
                .setEventId(text(event, "id"))
                .setEventType(text(event, "event_type"))
                .setProject(text(event, "project"))
                .setOccurredAt(withOffset(text(event, "occurred_at")))
                .setThrottleValue(number(text(event, "throttle")))
                .setTraceId(text(event, "trace_id"))
                .build();
    }

    private static int number(String throttle) {
        return switch (Throttle.parse(throttle).orElse(Throttle.FULL)) {
            case FULL -> 0;
            case AUDIT_ONLY -> 1;
            case DRY_RUN -> 2;
        };
    }

    private static TraceBlockExecution block(JsonNode block) {
        TraceBlockExecution.Builder told = TraceBlockExecution.newBuilder()
                .setBlockName(text(block, "block_name"))
                .setTriggerEventId(text(block, "trigger_event_id"))
                .setSuccess(block.path("success").asBoolean(false))
                .setSummary(text(block, "summary"))
                .setDurationMs(block.path("duration_ms").asLong(0))
                .setRawOutput(text(block, "raw_output"))
                .setExitCode(block.path("exit_code").asInt(0))
                .setTriggerPayloadJson(EventIds.compact(block.path("trigger_payload")));
        block.path("emitted_event_ids").forEach(id -> told.addEmittedEventIds(id.asString("")));
        block.path("emitted_payloads").forEach(payload -> told.addEmittedPayloadJsons(EventIds.compact(payload)));
        block.path("audit_artifacts").forEach(artifact -> told.addAuditArtifacts(artifact.asString("")));
        return told.build();
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).isString() ? object.path(member).stringValue() : "";
    }

    static String withOffset(String occurredAt) {
        return occurredAt.endsWith("Z") ? occurredAt.substring(0, occurredAt.length() - 1) + "+00:00" : occurredAt;
    }
}
