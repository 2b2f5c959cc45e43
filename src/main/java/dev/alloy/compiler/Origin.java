package dev.alloy.compiler;

import java.util.List;

/** Where a part of a phase document came from: places in the source intent and the references behind them. */
record Origin(List<String> pointers, List<String> refs) {

    private static Origin of(List<String> refs, String... pointers) {
        return new Origin(List.of(pointers), refs);
    }

    static Origin objective(Intent intent) {
        return of(intent.refs().experience(), "/mission/objective");
    }

    static Origin definitionOfDone(Intent intent) {
        return of(intent.refs().experience(), "/mission/definition_of_done");
    }

    static Origin stopConditions(Intent intent) {
        return of(intent.refs().all(), "/mission/stop_conditions");
    }

    static Origin scope(Intent intent) {
        return of(intent.refs().all(), "/intent_refs");
    }

    static Origin capabilities(Intent intent) {
        return of(intent.capabilities().stream().map(Intent.Capability::id).toList(), "/protected_capabilities");
    }

    static Origin threats(Intent intent) {
        return of(intent.refs().engineering(), "/threats_to_watch");
    }

    static Origin strategies(Intent intent) {
        return of(intent.refs().engineering(), "/preferred_strategies");
    }

    static Origin forbiddenMoves(Intent intent) {
        return of(intent.refs().engineering(), "/forbidden_moves");
    }

    static Origin tradeoffs(Intent intent) {
        return of(intent.refs().engineering(), "/tradeoffs");
    }

    static Origin evidence(Intent intent) {
        return of(capabilitiesOf(intent.evidence()), "/evidence_plan/required", "/evidence_plan/suggested");
    }

    static Origin requiredEvidence(Intent intent) {
        return of(
                capabilitiesOf(intent.evidence().stream()
                        .filter(EvidenceDefinition::required)
                        .toList()),
                "/evidence_plan/required");
    }

    static Origin gates(Intent intent) {
        return of(
                capabilitiesOf(intent.evidence().stream()
                        .filter(evidence -> evidence.gate() != null)
                        .toList()),
                "/gates");
    }

    static Origin roles() {
        return of(List.of(), "/agent_formation");
    }

    static Origin hooks() {
        return of(List.of(), "/feedback_hooks");
    }

    static Origin observations() {
        return of(List.of(), "/codebase_observations");
    }

    private static List<String> capabilitiesOf(List<EvidenceDefinition> evidence) {
        return evidence.stream()
                .flatMap(each -> each.capabilityIds().stream())
                .distinct()
                .toList();
    }
}
