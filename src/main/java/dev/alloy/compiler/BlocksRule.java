package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Throttle;
import java.util.List;

/** Blocks that the intent requires have to be registered; those it wishes for may be missing, which is then said. */
final class BlocksRule implements LoweringRule {

    private static final String FEATURE = "required_block";
    private static final String VERIFY = "Run Verify Gates";

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        Intent.Controls foundry = situation.intent().foundry();
        List<String> required = foundry.requiredBlocks();
        for (int i = 0; i < required.size(); i++) {
            require(situation, decisions, required.get(i), "/foundry/required_blocks/" + i, "The intent requires it");
        }
        int gate = firstGateForMutation(situation.intent().gates());
        if (gate >= 0 && decisions.throttle().isAbove(Throttle.DRY_RUN) && !required.contains(VERIFY)) {
            require(situation, decisions, VERIFY, "/gates/" + gate, "A gate is required for mutation");
        }
        foundry.wishedBlocks().forEach(block -> wish(situation, decisions, block));
    }

    private static void require(
            LoweringContext situation, Decisions decisions, String block, String pointer, String why) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.citeItem("registered_blocks", block);
        if (manifest.registers(block)) {
            decisions.asWanted(FEATURE, block, citation, why + ", and it is registered.");
        } else if (manifest.dispatches()) {
            decisions.refuse(
                    FEATURE,
                    block,
                    citation,
                    new Finding(
                            pointer,
                            "block-not-registered",
                            why + ", but the installation does not register this block."));
        } else {
            decisions.lowered(
                    FEATURE,
                    block,
                    citation,
                    "unconfirmed",
                    Severity.GAP,
                    why
                            + ", but the manifest does not register it; nothing is dispatched, so whoever runs the bundle by"
                            + " hand has to see to it.",
                    "A Foundry that registers this block.");
        }
    }

    private static void wish(LoweringContext situation, Decisions decisions, String block) {
        var citation = situation.manifest().citeItem("registered_blocks", block);
        if (situation.manifest().registers(block)) {
            decisions.asWanted("wished_block", block, citation, "The intent wishes for it, and it is registered.");
        } else {
            decisions.lowered(
                    "wished_block",
                    block,
                    citation,
                    "absent",
                    Severity.GAP,
                    "Specification gap: the intent wishes for a block that the installation does not register.",
                    "A Foundry that registers this block.");
        }
    }

    private static int firstGateForMutation(List<Intent.Gate> gates) {
        for (int i = 0; i < gates.size(); i++) {
            if (gates.get(i).mode() == OverlayMode.REQUIRED_FOR_MUTATION) {
                return i;
            }
        }
        return -1;
    }
}
