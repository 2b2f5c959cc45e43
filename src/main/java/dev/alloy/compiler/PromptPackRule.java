package dev.alloy.compiler;

import dev.alloy.compiler.ReportRow.Severity;

/** Whether Foundry resolves the prompt pack, or reads files and one compiled text in the payload. */
final class PromptPackRule implements LoweringRule {

    @Override
    public void decide(LoweringContext situation, Decisions decisions) {
        CapabilityManifest manifest = situation.manifest();
        var citation = manifest.cite("supports_prompt_pack");
        if (manifest.supports("supports_prompt_pack")) {
            decisions.asWanted(
                    Target.PACK, "reference", citation, "Foundry resolves the prompt pack by its id and digest.");
            return;
        }
        decisions.lowered(
                Target.PACK,
                "reference",
                citation,
                ".alloy/prompts/{phase}.md",
                Severity.INFO,
                "Foundry does not resolve prompt packs: each phase's document is materialized in the working copy.",
                "A Foundry with supports_prompt_pack.");
        CompiledPrompt.memberFor(situation.intent().foundry().entryEvent(), decisions.payload())
                .ifPresent(member -> compiledPrompt(member, situation, decisions));
    }

    private static void compiledPrompt(String member, LoweringContext situation, Decisions decisions) {
        var citation = situation.manifest().cite("supports_prompt_pack");
        if (decisions.payload().has(member)) {
            decisions.lowered(
                    "compiled_prompt",
                    member,
                    citation,
                    "intent's own " + member,
                    Severity.WARNING,
                    "The intent's payload brings its own " + member
                            + ", which stays as it is: the prompt pack and edits of it reach Foundry's agents as files only.",
                    "An intent without " + member + " in its payload, or a Foundry with supports_prompt_pack.");
        } else {
            decisions.asWanted(
                    "compiled_prompt",
                    member,
                    citation,
                    "Foundry reads this member of the payload; each run renders it from its own prompt pack, so that edits"
                            + " reach it.");
        }
    }
}
