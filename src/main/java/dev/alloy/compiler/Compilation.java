package dev.alloy.compiler;

import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.EntryEvent;
import dev.alloy.contract.foundry.Throttle;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything the compiler made of one input. Nothing in it holds an id or a time. Source: compiler.md, “Output”.
 *
 * @param brief {@code alloy.formation_brief.v1}
 * @param promptPack {@code alloy.prompt_pack.v1}
 * @param prompts the pack's documents, one for each {@link Phase} in its order
 * @param overlays {@code alloy.gate_overlay.v1}, one for each mode in use
 * @param evidence required evidence, then suggested
 * @param target mode and lowered features, as in the brief
 * @param report one row a decision
 * @param intentDigest digest of the source intent as given
 * @param manifestDigest digest of the manifest as given; the brief pins it
 * @param entryEvent the event a run emits
 * @param throttle the most a run may use: never above what was asked
 * @param payload the payload as lowered and stored in the brief; {@link ExecutionPayload} completes it for a run
 * @param branch the branch a run works on
 * @param effect what a run at that throttle can do
 * @param compilerVersion {@link Compiler#VERSION}
 */
public record Compilation(
        CompiledDocument brief,
        CompiledDocument promptPack,
        List<PromptDocument> prompts,
        List<CompiledOverlay> overlays,
        List<PlannedEvidence> evidence,
        Target target,
        List<ReportRow> report,
        String intentDigest,
        String manifestDigest,
        EntryEvent entryEvent,
        Throttle throttle,
        ObjectNode payload,
        String branch,
        Effect effect,
        String compilerVersion) {

    /** Copies the lists. */
    public Compilation {
        prompts = List.copyOf(prompts);
        overlays = List.copyOf(overlays);
        evidence = List.copyOf(evidence);
        report = List.copyOf(report);
    }
}
