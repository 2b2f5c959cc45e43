package dev.alloy.outcome;

import dev.alloy.outcome.ReportedResult.Gate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a result says of gates, by name: the verification decides; preflight does where the entry event has no verification. Of
 * several entries for a gate the last counts. Source: contract.md, “alloy.foundry_run_result.v1”.
 */
record GateOutcomes(List<Gate> reported, String entryEvent) {

    private static final Set<String> WITHOUT_VERIFICATION = Set.of(
            "greet_requested",
            "validation_requested",
            "drift_assessment_requested",
            "scan_requested",
            "pipeline_check_requested",
            "release_requested");

    /** The phases of a trace that decide about a run of this entry event, the first of them that is there. */
    static List<String> decidingPhases(String entryEvent) {
        return WITHOUT_VERIFICATION.contains(entryEvent)
                ? List.of("verify", "validation", "preflight")
                : List.of("verify");
    }

    /** What decides about the gate; empty when the result is silent about it. */
    Optional<Gate> of(String name) {
        Optional<Gate> verified = last(name, "verify");
        return verified.isEmpty() && WITHOUT_VERIFICATION.contains(entryEvent) ? last(name, "preflight") : verified;
    }

    private Optional<Gate> last(String name, String phase) {
        return reported.stream()
                .filter(gate -> gate.name().equals(name) && gate.phase().equals(phase))
                .reduce((earlier, later) -> later);
    }
}
