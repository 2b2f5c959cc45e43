package dev.alloy.compiler;

import dev.alloy.compiler.CapabilityManifest.Citation;
import dev.alloy.compiler.ReportRow.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run reaches Foundry. Nothing can be dispatched to a manual installation or to one that lists no entry event. */
final class TargetModeRule implements LoweringRule {

    private static final String FEATURE = "integration_mode";
    private static final List<String> NATIVE =
            List.of("supports_alloy_brief", "supports_prompt_pack", "supports_gate_overlay");

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        Connection connection = situation.input().connection();
        List<String> missing =
                NATIVE.stream().filter(member -> !manifest.supports(member)).toList();
        if (connection == Connection.MANUAL) {
            choose(
                    decisions,
                    TargetMode.MANUAL_PROJECTION,
                    Citation.NONE,
                    "The installation is manual: a person takes the bundle and runs it; a run request waits.",
                    "An installation that a runner serves.");
        } else if (!manifest.dispatches()) {
            choose(
                    decisions,
                    TargetMode.MANUAL_PROJECTION,
                    manifest.cite("supported_entry_events"),
                    "The manifest lists no entry event, so nothing can be dispatched; the bundle is complete and a run"
                            + " request waits.",
                    "A manifest that lists supported_entry_events.");
        } else if (connection == Connection.CLI_BRIDGE) {
            choose(
                    decisions,
                    TargetMode.CLI_ADAPTER,
                    Citation.NONE,
                    "The installation is reached through a bridge to its command line.",
                    null);
        } else if (missing.isEmpty()) {
            decisions.mode(TargetMode.NATIVE);
            decisions.asWanted(
                    FEATURE,
                    TargetMode.NATIVE.wire(),
                    manifest.cite("supports_alloy_brief"),
                    "Foundry resolves brief, prompt pack and gate overlay itself.");
        } else {
            choose(
                    decisions,
                    TargetMode.RUNNER_PULL,
                    manifest.cite(missing.get(0)),
                    "The runner materializes what Foundry cannot resolve: " + String.join(", ", missing)
                            + " not given.",
                    "A Foundry with " + String.join(", ", missing) + ".");
        }
    }

    private static void choose(
            Decisions decisions, TargetMode mode, Citation citation, String because, @Nullable String improve) {
        decisions.mode(mode);
        Severity severity = mode == TargetMode.MANUAL_PROJECTION ? Severity.GAP : Severity.INFO;
        decisions.lowered(FEATURE, TargetMode.NATIVE.wire(), citation, mode.wire(), severity, because, improve);
    }
}
