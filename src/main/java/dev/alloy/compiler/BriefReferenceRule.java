package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;

/** Whether Foundry resolves the brief, or the runner puts it into the working copy. */
final class BriefReferenceRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.cite("supports_alloy_brief");
        if (manifest.supports("supports_alloy_brief")) {
            decisions.asWanted(
                    Target.BRIEF,
                    "reference",
                    citation,
                    "Foundry resolves the brief from the payload's alloy {brief_id, brief_digest, prompt_pack_id,"
                            + " prompt_pack_digest}.");
        } else {
            decisions.lowered(
                    Target.BRIEF,
                    "reference",
                    citation,
                    DocumentReferences.briefPath("{brief_id}"),
                    Severity.INFO,
                    "Foundry does not resolve briefs: it is materialized in the working copy, and the payload carries"
                            + " actions.alloy {brief_id, brief_digest, brief_path} through the chain.",
                    "A Foundry with supports_alloy_brief.");
        }
    }
}
