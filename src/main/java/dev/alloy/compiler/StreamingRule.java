package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;

/** Whether progress is seen while a run lasts. */
final class StreamingRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.cite("supports_streaming");
        if (manifest.supports("supports_streaming")) {
            decisions.asWanted("streaming", "events", citation, "The runner streams Foundry's events.");
        } else {
            decisions.lowered(
                    "streaming",
                    "events",
                    citation,
                    "terminal_report",
                    Severity.WARNING,
                    "Foundry does not stream: only the report at the end is seen.",
                    "A Foundry with supports_streaming.");
        }
    }
}
