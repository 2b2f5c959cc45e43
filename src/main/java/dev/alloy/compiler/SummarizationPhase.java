package dev.alloy.compiler;

import java.util.List;

/** Tells people what happened, in the words of the intent. */
final class SummarizationPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        return new PhaseDraft(Phase.SUMMARIZATION, "Summarization: what this run did for the intent")
                .say(
                        "Write for a person who knows the intent and not the code. Say what was done, what is shown, and what"
                                + " is not. What was simulated was not done; what was not observed is not shown.")
                .part(
                        "What it was for",
                        Origin.objective(intent),
                        List.of(BulletText.quote(intent.mission().objective())))
                .list(
                        "Done means",
                        Origin.definitionOfDone(intent),
                        "Answer each with yes, no or not known.",
                        BulletText.texts(intent.mission().definitionOfDone()))
                .list(
                        "Capabilities to account for",
                        Origin.capabilities(intent),
                        "Put each id under capabilities_preserved or capabilities_at_risk, or leave it out when unknown.",
                        BulletText.codes(intent.capabilities().stream()
                                .map(Intent.Capability::id)
                                .toList()))
                .list(
                        "Evidence to account for",
                        Origin.evidence(intent),
                        "Say for each whether it was observed and where it can be seen.",
                        intent.evidence().stream()
                                .map(evidence ->
                                        Markdown.code(evidence.key()) + ": " + Markdown.text(evidence.statement()))
                                .toList())
                .list(
                        "Afterwards",
                        Origin.hooks(intent),
                        "What follows the summary.",
                        BulletText.codes(intent.completionHooks()))
                .finish();
    }
}
