package dev.alloy.account;

import java.util.List;
import java.util.Set;

/**
 * Chooses the phase of gates that decides about a run: the verification or, without one, the validation or the
 * preflight. Source: contract.md, “alloy.foundry_run_result.v1”.
 */
final class DecidingPhases {

    static final String VERIFY = "verify";
    static final String PREFLIGHT = "preflight";

    private static final Set<String> WITHOUT_VERIFICATION = Set.of(
            "greet_requested",
            "validation_requested",
            "drift_assessment_requested",
            "scan_requested",
            "pipeline_check_requested",
            "release_requested");

    private DecidingPhases() {}

    /** The phases of a trace that decide, the first of them that is there. */
    static List<String> ofTrace(String entryEvent) {
        return WITHOUT_VERIFICATION.contains(entryEvent) ? List.of(VERIFY, "validation", PREFLIGHT) : List.of(VERIFY);
    }

    /** The phases of a result that decide, the first of them that tells of the gate. */
    static List<String> ofResult(String entryEvent) {
        return WITHOUT_VERIFICATION.contains(entryEvent) ? List.of(VERIFY, PREFLIGHT) : List.of(VERIFY);
    }

    /** The phase in which a gate is looked for that nobody saw. */
    static String expected(String entryEvent) {
        return WITHOUT_VERIFICATION.contains(entryEvent) ? PREFLIGHT : VERIFY;
    }
}
