package dev.alloy.conformance;

import dev.alloy.contract.foundry.EventIds;
import dev.alloy.contract.foundry.Throttle;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as Foundry has it.
 *
 * @param id that of the content
 * @param occurredAt RFC 3339 with {@code Z}
 * @param payload members in the order in which Foundry writes them
 */
public record FoundryEvent(
        String id,
        String type,
        String project,
        String occurredAt,
        Throttle throttle,
        String traceId,
        JsonNode payload) {

    static FoundryEvent of(
            String type, String project, Instant occurredAt, Throttle throttle, String traceId, JsonNode payload) {
        JsonNode sorted = JsonMapper.shared().readTree(EventIds.compact(payload));
        String at = occurredAt.toString();
        return new FoundryEvent(EventIds.of(type, project, at, sorted), type, project, at, throttle, traceId, sorted);
    }

    /** As in Foundry's files. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("event_type", type)
                .put("project", project)
                .put("occurred_at", occurredAt)
                .put("recorded_at", occurredAt)
                .put("throttle", throttle.wire())
                .put("trace_id", traceId);
        json.set("payload", payload);
        return json;
    }
}
