package dev.alloy.trace;

import dev.alloy.run.RunRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A trace, and what is to be thought of it now: a later word on the run can show whose it is.
 *
 * @param kept the trace as it was taken
 * @param summary its {@code alloy.trace_summary.v1}
 * @param belonging whether it is the run's
 * @param believed whether it is, of the newest attempt, and none of its event ids is refuted
 */
public record JudgedTrace(TraceImport kept, JsonNode summary, Belonging belonging, boolean believed) {

    static JudgedTrace of(RunRequest run, TraceImport kept, JsonNode summary, Belonging belonging) {
        boolean refuted = summary.path("event_ids_verified").isBoolean()
                && !summary.path("event_ids_verified").booleanValue();
        boolean newest = Objects.equals(belonging.attempt(), run.attempts());
        return new JudgedTrace(kept, summary, belonging, belonging.matches() && newest && !refuted);
    }

    /** Whether the ids of its events are those of their content; null where that was not checked. */
    public @Nullable Boolean eventIdsVerified() {
        JsonNode verified = summary.path("event_ids_verified");
        return verified.isBoolean() ? verified.booleanValue() : null;
    }
}
