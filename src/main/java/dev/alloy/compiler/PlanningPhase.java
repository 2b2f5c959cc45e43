package dev.alloy.compiler;

import java.util.ArrayList;
import java.util.List;

/** Names scope, strategies, suspicious moves, evidence steps and what stops the run. */
final class PlanningPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        return new PhaseDraft(Phase.PLANNING, "Planning: the smallest plan that closes the finding")
                .say(
                        "Plan only what the accepted finding needs. Each step says what it changes and which evidence it leaves.")
                .list("Scope", Origin.scope(intent), "Plan within what these records speak about.", scope(context))
                .list(
                        "Preferred strategies",
                        Origin.strategies(intent),
                        "Choose from these first; where a step departs from them, say why.",
                        BulletText.texts(intent.strategies()))
                .list(
                        "Suspicious moves",
                        Origin.moves(intent),
                        "A step that looks like one of these needs another design.",
                        suspicious(intent))
                .list(
                        "Evidence steps",
                        Origin.evidence(intent),
                        "The plan ends with a step for each required item that the change touches.",
                        intent.evidence().stream()
                                .map(evidence -> (evidence.required() ? "required " : "suggested ")
                                        + BulletText.observe(evidence))
                                .toList())
                .list(
                        "What stops the run",
                        Origin.stopConditions(intent),
                        "Plan a check for each; when one holds, stop and report rather than work around it.",
                        BulletText.texts(intent.mission().stopConditions()))
                .finish();
    }

    private static List<String> suspicious(Intent intent) {
        List<String> suspicious = new ArrayList<>(BulletText.texts("Towards:", intent.forbiddenMoves()));
        suspicious.addAll(BulletText.texts("Into:", intent.threats()));
        return suspicious;
    }

    private static List<String> scope(PromptContext context) {
        List<String> scope = new ArrayList<>();
        List<String> records = BulletText.codes(context.intent().refs().all());
        if (!records.isEmpty()) {
            scope.add("Records " + String.join(", ", records));
        }
        scope.add("Repository " + Markdown.code(context.repo().path()) + " at revision "
                + Markdown.code(context.repo().revision()));
        return scope;
    }
}
