package dev.alloy.compiler;

import java.util.ArrayList;
import java.util.List;

/** Names scope, strategies, suspicious moves, evidence steps and what stops the run. */
final class PlanningPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        List<String> suspicious = new ArrayList<>(Items.texts(intent.forbiddenMoves()));
        suspicious.addAll(Items.texts(intent.threats()));
        Origin forbidden = Origin.forbiddenMoves(intent);
        Origin movesOrigin = new Origin(List.of("/forbidden_moves", "/threats_to_watch"), forbidden.refs());
        return new PhaseDraft(Phase.PLANNING, "Planning: the smallest plan that closes the finding")
                .say(
                        "Plan only what the accepted finding needs. Each step says what it changes and which evidence it leaves.")
                .list("Scope", Origin.scope(intent), "Plan within what these records speak about.", scope(context))
                .list(
                        "Preferred strategies",
                        Origin.strategies(intent),
                        "Choose from these first; where a step departs from them, say why.",
                        Items.texts(intent.strategies()))
                .list(
                        "Suspicious moves",
                        movesOrigin,
                        "A step that looks like one of these needs another design.",
                        suspicious)
                .list(
                        "Evidence steps",
                        Origin.evidence(intent),
                        "The plan ends with a step for each required item that the change touches.",
                        intent.evidence().stream()
                                .map(evidence ->
                                        (evidence.required() ? "required: " : "suggested: ") + Items.evidence(evidence))
                                .toList())
                .list(
                        "What stops the run",
                        Origin.stopConditions(intent),
                        "Plan a check for each; when one holds, stop and report rather than work around it.",
                        Items.texts(intent.mission().stopConditions()))
                .part("Repository observations", Origin.observations(), FencedObservations.lines(intent.observations()))
                .finish();
    }

    private static List<String> scope(PromptContext context) {
        List<String> scope = new ArrayList<>(Items.codes(context.intent().refs().all()));
        scope.add("Repository " + Markdown.code(context.repo().path()) + " at revision "
                + Markdown.code(context.repo().revision()));
        return scope;
    }
}
