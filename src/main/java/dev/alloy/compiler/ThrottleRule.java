package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Throttle;
import java.util.Optional;

/** The throttle is taken as asked or lowered, never raised; what is not asked for is dry_run. */
final class ThrottleRule implements LoweringRule {

    private static final String FEATURE = "throttle";

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        Optional<Throttle> asked = situation.intent().foundry().throttle();
        Throttle wanted = asked.orElse(Throttle.DRY_RUN);
        Citation citation = manifest.cite("supported_throttle_modes");
        Optional<Throttle> best = manifest.throttles().stream()
                .filter(mode -> !mode.isAbove(wanted))
                .max(Throttle::compareTo);
        decisions.throttle(manifest.dispatches() ? best.orElse(Throttle.DRY_RUN) : wanted);
        if (!manifest.dispatches()) {
            decisions.asWanted(
                    FEATURE,
                    wanted.wire(),
                    citation,
                    "Nothing is dispatched to this installation; whoever runs the bundle by hand sets the throttle.");
        } else if (best.isEmpty()) {
            decisions.refuse(
                    FEATURE,
                    wanted.wire(),
                    citation,
                    new Finding(
                            "/foundry/throttle",
                            "throttle-not-supported",
                            "The installation supports no throttle at or below " + wanted.wire() + "."));
        } else if (best.get() == wanted) {
            decisions.asWanted(
                    FEATURE,
                    wanted.wire(),
                    citation,
                    asked.isPresent()
                            ? "The manifest lists it."
                            : "The intent names no throttle: dry_run is the default.");
        } else {
            decisions.lowered(
                    FEATURE,
                    wanted.wire(),
                    citation,
                    best.get().wire(),
                    Severity.WARNING,
                    because(wanted, best.get()),
                    "A Foundry that supports " + wanted.wire() + ".");
        }
    }

    private static String because(Throttle wanted, Throttle chosen) {
        return "The manifest does not list " + wanted.wire() + "; "
                + (chosen == Throttle.AUDIT_ONLY
                        ? "audit_only is the most powerful below it: agents still edit the tree, and their edits are left"
                                + " unverified and uncommitted."
                        : "dry_run is the most powerful below it: mutators are simulated.");
    }
}
