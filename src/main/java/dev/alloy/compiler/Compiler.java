package dev.alloy.compiler;

import dev.alloy.contract.Digest;
import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.Effects;
import dev.alloy.contract.foundry.EntryEvent;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Compiles intent and a capability manifest to the artifacts of a run. Pure: the same input gives the same bytes on every
 * machine, in every locale and time zone. Source: compiler.md.
 */
public final class Compiler {

    /** Changes whenever equal input could give other bytes. */
    public static final String VERSION = "1.1.0";

    private static final int MAX_PACK_BYTES = 8_000_000;

    private Compiler() {}

    /**
     * Everything that is wrong with an intent and the place it is for, whatever the installation. Both may have any shape.
     *
     * @param sourceIntent the intent
     * @param repo {@code {path, revision, branch?}}
     * @param projectId the project the run is for
     * @return findings ordered by pointer, which is relative to the intent, or begins with {@code /repo}; no intent has such a
     *     member
     */
    public static List<Finding> check(JsonNode sourceIntent, JsonNode repo, String projectId) {
        return IntentChecks.findings(new UncheckedIntent(sourceIntent, repo, projectId));
    }

    /**
     * Compiles.
     *
     * @throws IntentRefused when the intent or the repository context is not valid, with every finding, or the prompts become too
     *     long
     * @throws TargetIncompatible when the installation cannot carry out the intent even lowered, with every finding
     */
    public static Compilation compile(CompilerInput input) {
        List<Finding> findings = check(input.sourceIntent(), input.repo().toJson(), input.projectId());
        if (!findings.isEmpty()) {
            throw new IntentRefused(findings);
        }
        LoweringContext situation = LoweringContext.of(input);
        Intent intent = situation.intent();
        String manifestDigest = Digest.of(input.manifest());
        Decisions decisions = LoweringRules.apply(situation);

        CompiledDocument brief = BriefWriter.brief(situation, decisions, manifestDigest);
        PromptContext context =
                new PromptContext(intent, input.projectId(), input.repo(), decisions.branch(), decisions.throttle());
        List<PromptDocument> prompts = PromptPackWriter.documents(context);
        CompiledDocument pack = PromptPackWriter.pack(brief.digest(), prompts);
        if (pack.bytes().length > MAX_PACK_BYTES) {
            throw new IntentRefused(List.of(new Finding(
                    "",
                    "too-long",
                    "The prompts of this intent would be longer than " + MAX_PACK_BYTES
                            + " bytes, which is more than an agent can read.")));
        }
        EntryEvent event = intent.foundry().entryEvent();
        return new Compilation(
                brief,
                pack,
                prompts,
                OverlayWriter.overlays(context, brief.digest()),
                intent.evidence(),
                decisions.target(),
                decisions.report(),
                situation.intentDigest(),
                manifestDigest,
                event,
                decisions.throttle(),
                decisions.payload(),
                decisions.branch(),
                Effects.of(event.wire(), decisions.throttle().wire(), decisions.payload()),
                VERSION);
    }
}
