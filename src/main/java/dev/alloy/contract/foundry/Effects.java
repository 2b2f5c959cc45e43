package dev.alloy.contract.foundry;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decides what a run can do to the world. Source: foundry.md, trap 3. */
public final class Effects {

    private Effects() {}

    /**
     * The effect of emitting the event. Fails closed: an event or throttle that is not known, a payload that is missing or
     * not an object, and every member that can reroute the chain make it {@link Effect#MUTATING}.
     *
     * @param entryEvent event type as in documents
     * @param throttle throttle as in documents
     * @param payload the payload as it would be emitted
     */
    public static Effect of(@Nullable String entryEvent, @Nullable String throttle, @Nullable JsonNode payload) {
        EntryEvent event = EntryEvent.parse(entryEvent).orElse(null);
        Throttle limit = Throttle.parse(throttle).orElse(null);
        if (event == null || limit == null || payload == null || !payload.isObject()) {
            return Effect.MUTATING;
        }
        return event.isReadOnlyAt(limit) && !reroutes(event, payload) ? Effect.READ_ONLY : Effect.MUTATING;
    }

    private static boolean reroutes(EntryEvent event, JsonNode payload) {
        return payload.has("gates")
                || payload.has("loop_context")
                || payload.has("workflow") && !event.isOwnWorkflow(payload.get("workflow"));
    }
}
