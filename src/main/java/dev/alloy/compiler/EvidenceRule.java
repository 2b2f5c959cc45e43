package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;

/** Says which evidence no machine will observe although its kind expects one. */
final class EvidenceRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        situation.intent().evidence().stream()
                .filter(PlannedEvidence::isUnobservable)
                .forEach(evidence -> decisions.lowered(
                        "evidence." + evidence.key(),
                        evidence.kind(),
                        Citation.NONE,
                        "reported",
                        Severity.GAP,
                        "No gate is bound to it, so no gate result can decide it: it stays unknown until the runner or a"
                                + " person reports.",
                        "A gate bound to this evidence."));
    }
}
