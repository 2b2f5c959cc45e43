package dev.alloy.compiler;

import java.util.List;

/** Accepts only findings that threaten a named capability and can leave observable evidence. */
final class TriagePhase implements PhaseTemplate {

    @Override
    public PromptDocument write(PromptContext context) {
        Intent intent = context.intent();
        List<String> table = intent.capabilities().stream()
                .map(capability -> Markdown.code(capability.id()) + " (" + capability.severity() + "), shown by "
                        + BulletText.keys(context.requiredEvidenceFor(capability)))
                .toList();
        return new PhaseDraft(Phase.TRIAGE, "Triage: accept or decline the finding")
                .say("Accept the assessed discrepancy only when both hold: it threatens a capability named below, and"
                        + " closing it can leave evidence that someone else can observe. Otherwise decline it and name"
                        + " the condition that fails.")
                .list(
                        "Capabilities and what shows them",
                        Origin.capabilities(intent),
                        "Name exactly one of these as threatened; no other reason counts.",
                        table)
                .list(
                        "Observable evidence",
                        Origin.evidence(intent),
                        "Name at least one of these that would change.",
                        intent.evidence().stream().map(BulletText::evidence).toList())
                .list(
                        "Accepted trade-offs",
                        Origin.tradeoffs(intent),
                        "A finding that only restates one of these is declined: it was decided knowingly.",
                        BulletText.texts("Not a finding:", intent.tradeoffs()))
                .say("Answer: accepted or declined, the capability's id, the evidence ids, and one sentence why.")
                .finish();
    }
}
