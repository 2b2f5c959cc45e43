package dev.alloy.compiler;

import java.util.List;
import java.util.stream.Stream;

/** Where a part of a phase document came from: places in the source intent and the references behind them. */
record Origin(List<String> pointers, List<String> refs) {

    /** Places that the intent does not have are left out; where no narrower reference stands behind a part, all of them do. */
    private static Origin of(Intent intent, List<String> refs, String... pointers) {
        return new Origin(
                Stream.of(pointers).filter(intent::has).toList(),
                refs.isEmpty() ? intent.refs().all() : refs);
    }

    static Origin objective(Intent intent) {
        return of(intent, intent.refs().experience(), "/mission/objective");
    }

    static Origin definitionOfDone(Intent intent) {
        return of(intent, intent.refs().experience(), "/mission/definition_of_done");
    }

    static Origin stopConditions(Intent intent) {
        return of(intent, intent.refs().all(), "/mission/stop_conditions");
    }

    static Origin scope(Intent intent) {
        return of(intent, intent.refs().all(), "/intent_refs");
    }

    static Origin controls(Intent intent) {
        return of(intent, intent.refs().all(), "/foundry");
    }

    static Origin capabilities(Intent intent) {
        List<String> ids =
                intent.capabilities().stream().map(Intent.Capability::id).toList();
        return of(intent, withRecords(intent, ids), "/protected_capabilities");
    }

    static Origin threats(Intent intent) {
        return of(intent, intent.refs().engineering(), "/threats_to_watch");
    }

    static Origin strategies(Intent intent) {
        return of(intent, intent.refs().engineering(), "/preferred_strategies");
    }

    static Origin forbiddenMoves(Intent intent) {
        return of(intent, intent.refs().engineering(), "/forbidden_moves");
    }

    static Origin moves(Intent intent) {
        return of(intent, intent.refs().engineering(), "/forbidden_moves", "/threats_to_watch");
    }

    static Origin tradeoffs(Intent intent) {
        return of(intent, intent.refs().engineering(), "/tradeoffs");
    }

    static Origin evidence(Intent intent) {
        return of(
                intent,
                withRecords(intent, capabilitiesOf(intent.evidence())),
                "/evidence_plan/required",
                "/evidence_plan/suggested");
    }

    static Origin requiredEvidence(Intent intent) {
        List<PlannedEvidence> required =
                intent.evidence().stream().filter(PlannedEvidence::required).toList();
        return of(intent, withRecords(intent, capabilitiesOf(required)), "/evidence_plan/required");
    }

    static Origin gates(Intent intent) {
        List<PlannedEvidence> decided = intent.evidence().stream()
                .filter(evidence -> evidence.gate() != null)
                .toList();
        return of(intent, withRecords(intent, capabilitiesOf(decided)), "/gates");
    }

    static Origin plan(Intent intent) {
        return of(intent, capabilities(intent).refs(), "/protected_capabilities", "/evidence_plan", "/gates");
    }

    static Origin roles(Intent intent) {
        return of(intent, intent.refs().engineering(), "/agent_formation");
    }

    static Origin hooks(Intent intent) {
        return of(intent, intent.refs().all(), "/feedback_hooks");
    }

    /** Nobody meant what was found in a repository: there is no reference behind it. */
    static Origin observations(Intent intent) {
        return new Origin(
                Stream.of("/codebase_observations").filter(intent::has).toList(), List.of());
    }

    /** Capabilities are behind a part, and the engineering records behind them. */
    private static List<String> withRecords(Intent intent, List<String> capabilityIds) {
        List<String> records = intent.refs().engineering().isEmpty()
                ? intent.refs().all()
                : intent.refs().engineering();
        return Stream.concat(capabilityIds.stream(), records.stream()).toList();
    }

    private static List<String> capabilitiesOf(List<PlannedEvidence> evidence) {
        return evidence.stream()
                .flatMap(each -> each.capabilityIds().stream())
                .distinct()
                .toList();
    }
}
