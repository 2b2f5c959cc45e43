package dev.alloy.compiler;

import java.util.List;

/** Looks only at failed gates and missing evidence: the objective is not repeated, so a retry cannot grow. */
final class RetryPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        List<String> gates = intent.gates().stream()
                .filter(Intent.Gate::required)
                .map(gate -> Markdown.code(gate.name()) + " (" + gate.phase() + ", "
                        + gate.mode().wire().replace('_', ' ') + "), decides "
                        + BulletText.keys(context.evidenceOf(gate)))
                .toList();
        return new PhaseDraft(Phase.RETRY, "Retry: failed gates and missing evidence, nothing else")
                .say(
                        "A verification failed. Take from the lists below only the gates that failed and the evidence that is"
                                + " still missing; leave alone what passed. Start nothing new.",
                        "Repair the cause in the code. A gate passes because the code is right, never because the gate, its"
                                + " command or a test became weaker.")
                .list("Gates", Origin.gates(intent), "Skip every gate here that passed.", gates)
                .list(
                        "Evidence",
                        Origin.requiredEvidence(intent),
                        "Skip every item here that was already observed.",
                        intent.evidence().stream()
                                .filter(PlannedEvidence::required)
                                .map(BulletText::observe)
                                .toList())
                .say("If the same gate fails for the same reason again, stop and report it.")
                .finish();
    }
}
