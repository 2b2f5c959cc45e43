package dev.alloy.trace;

import dev.alloy.run.RunRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A trace, and whether it is believed now. A later report can show whose it is.
 *
 * @param kept the trace as it was taken
 * @param summary the gist of its {@code alloy.trace_summary.v1}: lists are cut, of each phase of gates there is the
 *     last; the whole where one trace is asked for
 * @param belonging whether it is the run's
 * @param believed whether it is, of the newest attempt, and no id of its events may be another than that of its content
 */
public record JudgedTrace(TraceImport kept, JsonNode summary, TraceMatch belonging, boolean believed) {

    private static boolean isIntact(TraceImport kept, JsonNode summary) {
        JsonNode verified = summary.path("event_ids_verified");
        // What Foundry wrote always verifies; the other forms may not tell.
        return verified.isBoolean()
                ? verified.booleanValue()
                : !kept.traceFormat().equals(TraceFormat.PROCESS_RESULT.wireName());
    }

    static JudgedTrace of(RunRequest run, TraceImport kept, JsonNode summary, TraceMatch belonging) {
        boolean newest = Objects.equals(belonging.attempt(), run.attempts());
        return new JudgedTrace(kept, summary, belonging, belonging.matches() && newest && isIntact(kept, summary));
    }

    /** Whether it is Foundry's own file. */
    public boolean isFile() {
        return kept.traceFormat().equals(TraceFormat.PROCESS_RESULT.wireName());
    }

    /**
     * Whether it is of the run's newest attempt, intact and sent by the run's runner, and yet shows another project,
     * throttle or entry event than was approved. Foundry then did something else under the run's name.
     */
    public boolean contradicts(RunRequest run) {
        return !believed
                && kept.isFromRunner()
                && kept.importedBy().equals(run.runnerId())
                && Objects.equals(belonging.attempt(), run.attempts())
                && !belonging.contradictions().isEmpty()
                && isIntact(kept, summary);
    }

    /** Why it is not believed, in sentences; none for one that is. */
    public String whyNotBelieved() {
        if (!belonging.matches()) {
            return String.join(" ", belonging.mismatches());
        }
        return Boolean.FALSE.equals(eventIdsVerified())
                ? "Ids of its events are not those of their content."
                : "It is of an earlier attempt.";
    }

    /** The same with its whole summary. */
    JudgedTrace with(JsonNode whole) {
        return new JudgedTrace(kept, whole, belonging, believed);
    }

    /** Whether the ids of its events are those of their content; null where that was not checked. */
    public @Nullable Boolean eventIdsVerified() {
        JsonNode verified = summary.path("event_ids_verified");
        return verified.isBoolean() ? verified.booleanValue() : null;
    }
}
