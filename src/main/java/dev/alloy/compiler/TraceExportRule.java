package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;

/** How the trace comes back. */
final class TraceExportRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.cite("supports_trace_export");
        String improve = "A Foundry with supports_trace_export.";
        if (manifest.supports("supports_trace_export")) {
            decisions.asWanted(Target.TRACE, "export", citation, "The runner reads the trace that Foundry exports.");
        } else if (situation.input().connection() == Connection.CLI_BRIDGE) {
            decisions.lowered(
                    Target.TRACE,
                    "export",
                    citation,
                    "summary",
                    Severity.WARNING,
                    "Foundry exports no trace; the bridge sends a summary of what the command line prints.",
                    improve);
        } else {
            decisions.lowered(
                    Target.TRACE,
                    "export",
                    citation,
                    "manual",
                    Severity.WARNING,
                    "Foundry exports no trace and no bridge can summarize one: a person uploads it.",
                    improve);
        }
    }
}
