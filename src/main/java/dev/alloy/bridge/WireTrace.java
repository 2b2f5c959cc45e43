package dev.alloy.bridge;

import dev.alloy.bridge.wire.TraceBlockExecution;
import dev.alloy.bridge.wire.TraceEvent;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.contract.foundry.TraceFacts;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a trace as the protocol gives it: payloads stand with the blocks that emitted them, and no id can be checked. */
final class WireTrace {

    private static final JsonMapper JSON = JsonMapper.shared();

    private WireTrace() {}

    /** {@code alloy.trace_summary.v1}. There must be an event. */
    static ObjectNode summary(TraceResponse trace) {
        Map<String, String> payloads = new HashMap<>();
        for (TraceBlockExecution block : trace.getBlockExecutionsList()) {
            int emitted = Math.min(block.getEmittedEventIdsCount(), block.getEmittedPayloadJsonsCount());
            for (int i = 0; i < emitted; i++) {
                payloads.put(block.getEmittedEventIds(i), block.getEmittedPayloadJsons(i));
            }
        }
        var facts = new TraceFacts();
        for (TraceEvent event : trace.getEventsList()) {
            facts.event(new TraceFacts.Event(
                    event.getEventId(),
                    event.getEventType(),
                    event.getProject(),
                    throttle(event),
                    event.getTraceId().isEmpty() ? null : event.getTraceId(),
                    event.getOccurredAt(),
                    null,
                    TraceFacts.wantsPayload(event.getEventType()) ? payload(payloads.get(event.getEventId())) : null,
                    false));
        }
        for (TraceBlockExecution block : trace.getBlockExecutionsList()) {
            facts.block(new TraceFacts.Block(
                    block.getBlockName(),
                    block.getSuccess(),
                    block.getSummary(),
                    block.getTriggerEventId(),
                    block.getEmittedEventIdsCount() > 0));
        }
        facts.totalDuration(Math.min(Math.max(trace.getTotalDurationMs(), 0), 1L << 52));
        return facts.summary();
    }

    private static String throttle(TraceEvent event) {
        return switch (event.getThrottle()) {
            case THROTTLE_FULL -> "full";
            case THROTTLE_AUDIT_ONLY -> "audit_only";
            case THROTTLE_DRY_RUN -> "dry_run";
            case UNRECOGNIZED -> "unknown";
        };
    }

    private static @Nullable JsonNode payload(@Nullable String text) {
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
