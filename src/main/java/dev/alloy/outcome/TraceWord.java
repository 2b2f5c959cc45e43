package dev.alloy.outcome;

import dev.alloy.trace.JudgedTrace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a believed trace says of evidence of kind {@code trace}: how its last verification ended. A trace without a verification, or with
 * one of no gates, says nothing. Pure. Source: outcome.md, “Evidence”.
 *
 * @param traceImportId the trace
 * @param passed whether all required gates passed
 * @param because for people
 */
record TraceWord(String traceImportId, boolean passed, String because) {

    /** The word of a trace; empty where it is silent. */
    static Optional<TraceWord> of(JudgedTrace trace, String entryEvent) {
        JsonNode verification = last(trace.summary().path("gate_phases"), GateOutcomes.decidingPhases(entryEvent));
        if (verification == null
                || verification.path("gates").asInt(verification.path("results").size()) == 0) {
            return Optional.empty();
        }
        JsonNode passed = verification.path("required_passed");
        return passed.isBoolean()
                ? Optional.of(new TraceWord(
                        trace.kept().id(),
                        passed.booleanValue(),
                        "The last verification in the trace " + trace.kept().id()
                                + (passed.booleanValue() ? " passed." : " did not pass.")))
                : Optional.empty();
    }

    private static @Nullable JsonNode last(JsonNode phases, List<String> deciding) {
        for (String phase : deciding) {
            Optional<JsonNode> found = phases.valueStream()
                    .filter(one -> one.path("phase").asString("").equals(phase))
                    .reduce((earlier, later) -> later);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return null;
    }
}
