package dev.alloy.compiler;

import java.util.ArrayList;
import java.util.List;

/** Asks what the intent itself missed; starts from the gaps that can be computed from it. */
final class IntentFeedbackPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        return new PhaseDraft(Phase.INTENT_FEEDBACK, "Intent feedback: what did the intent miss?")
                .say("Judge the intent, not the code. Where did this run have to guess because nothing was said? Which"
                        + " statement turned out wrong, ambiguous or in conflict with another? Ask; do not decide.")
                .list(
                        "Gaps known beforehand",
                        Origin.plan(intent),
                        "Say for each whether it mattered in this run.",
                        gaps(context))
                .list(
                        "Records the run relied on",
                        Origin.scope(intent),
                        "For each that was silent where it should have spoken, name the question it leaves open.",
                        intent.refs().all().stream()
                                .map(ref -> Markdown.code(ref) + ": where was it silent?")
                                .toList())
                .list(
                        "Trade-offs taken",
                        Origin.tradeoffs(intent),
                        "Does what this run saw still support them?",
                        BulletText.texts("Still right?", intent.tradeoffs()))
                .list(
                        "Strategies given",
                        Origin.strategies(intent),
                        "Which of them did not fit, and which one was missing?",
                        BulletText.texts("Did it fit?", intent.strategies()))
                .say(
                        "Put each question under follow_up_questions: one sentence, answerable by the owner of the intent.")
                .finish();
    }

    private static List<String> gaps(PromptContext context) {
        Intent intent = context.intent();
        List<String> gaps = new ArrayList<>();
        for (Intent.Capability capability : intent.capabilities()) {
            if (context.requiredEvidenceFor(capability).isEmpty()) {
                gaps.add("No required evidence speaks for " + Markdown.code(capability.id()) + ".");
            }
        }
        for (PlannedEvidence evidence : intent.evidence()) {
            if (evidence.isUnobservable()) {
                gaps.add("No gate decides " + Markdown.code(evidence.key()) + ".");
            }
        }
        for (Intent.Gate gate : intent.gates()) {
            if (context.evidenceOf(gate).isEmpty()) {
                gaps.add("The gate " + Markdown.code(gate.name()) + " is evidence of nothing.");
            }
        }
        return gaps;
    }
}
