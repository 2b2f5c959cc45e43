package dev.alloy.compiler;

import java.util.List;

/** Judges the change in the words of the intent: capability by capability, move by move. */
final class ReviewPhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        List<String> verdicts = intent.capabilities().stream()
                .map(capability -> Markdown.code(capability.id()) + ": judge by "
                        + BulletText.keys(context.requiredEvidenceFor(capability)))
                .toList();
        return new PhaseDraft(Phase.REVIEW, "Review: was the intent kept?")
                .say("Speak in the words of the intent, not of the diff. While you review, change nothing.")
                .list(
                        "A verdict for each capability",
                        Origin.capabilities(intent),
                        "Say preserved, at risk or unknown; without observed evidence it is unknown.",
                        verdicts)
                .list(
                        "Moves to look for in the change",
                        Origin.forbiddenMoves(intent),
                        "For each say whether the change makes it, and where.",
                        BulletText.texts("Made?", intent.forbiddenMoves()))
                .list(
                        "Threats",
                        Origin.threats(intent),
                        "For each say whether it was observed, and where.",
                        BulletText.texts("Observed?", intent.threats()))
                .list("Reviewers", Origin.roles(intent), "Who reviews.", roles(intent.roles()))
                .finish();
    }

    private static List<String> roles(List<Intent.Role> roles) {
        return roles.stream()
                .map(role -> Markdown.code(role.name())
                        + (role.access() == null ? "" : " (" + role.access().replace('_', ' ') + ")"))
                .toList();
    }
}
