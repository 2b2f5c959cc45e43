package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;

/** Whether Foundry resolves gate overlays, or they become files: one decision for each mode in use. */
final class GateOverlayRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        Citation citation = manifest.cite("supports_gate_overlay");
        for (OverlayMode mode : OverlayMode.values()) {
            if (situation.intent().gates().stream().noneMatch(gate -> gate.mode() == mode)) {
                continue;
            }
            String feature = "gate_overlay." + mode.wire();
            phases(situation, decisions, mode, citation);
            if (manifest.supports("supports_gate_overlay")) {
                decisions.asWanted(
                        feature, "reference", citation, "Foundry resolves the overlay by its id and digest.");
            } else if (mode == OverlayMode.ADVISORY) {
                decisions.lowered(
                        feature,
                        "reference",
                        citation,
                        GateFiles.CHECKLIST_PATH,
                        Severity.WARNING,
                        "Foundry does not resolve overlays: advisory gates become a checklist that nothing runs by itself.",
                        "A Foundry with supports_gate_overlay.");
            } else {
                decisions.lowered(
                        feature,
                        "reference",
                        citation,
                        GateFiles.OVERLAY_PATH,
                        Severity.INFO,
                        "Foundry does not resolve overlays: required gates become a file in Foundry's own format, which the"
                                + " runner merges on the isolated branch.",
                        "A Foundry with supports_gate_overlay.");
            }
        }
    }

    /** Foundry's gate file knows no phases: preflight and verification both run all of it. */
    private static void phases(LoweringContext situation, Decisions decisions, OverlayMode mode, Citation citation) {
        if (situation.manifest().supports("supports_gate_overlay") || !mode.isRequired()) {
            return;
        }
        situation.intent().gates().stream()
                .filter(gate -> gate.mode() == mode && gate.phase().equals("preflight"))
                .forEach(gate -> decisions.lowered(
                        "gate_phase." + gate.name(),
                        "preflight",
                        citation,
                        "preflight_and_verify",
                        Severity.INFO,
                        "Foundry's gate file has no phases: where an event has a verification, the gate is run there too.",
                        "A Foundry with supports_gate_overlay."));
    }
}
