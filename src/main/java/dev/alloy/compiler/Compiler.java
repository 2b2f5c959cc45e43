package dev.alloy.compiler;

import dev.alloy.contract.Digest;
import java.util.List;

/**
 * Compiles intent and a capability manifest to the artifacts of a run. Pure: the same input gives the same bytes on every
 * machine, in every locale and time zone. Source: compiler.md.
 */
public final class Compiler {

    /** Changes whenever equal input could give other bytes. */
    public static final String VERSION = "1.0.0";

    private Compiler() {}

    /**
     * Compiles.
     *
     * @throws IntentRefused when the intent or the repository context is not valid, with every finding
     * @throws TargetIncompatible when the installation cannot carry out the intent even lowered, with every finding
     */
    public static Compilation compile(CompilerInput input) {
        IntentChecks.require(input);
        Intent intent = Intent.read(input.sourceIntent());
        String intentDigest = Digest.of(input.sourceIntent());
        String manifestDigest = Digest.of(input.manifest());
        Situation situation = new Situation(intent, new Manifest(input.manifest()), input, intentDigest);
        Decisions decisions = LoweringRules.apply(situation);

        CompiledDocument brief = BriefWriter.brief(situation, decisions, manifestDigest);
        PromptContext context =
                new PromptContext(intent, input.projectId(), input.repo(), decisions.branch(), decisions.throttle());
        List<PromptDocument> prompts = PromptPackWriter.documents(context);
        EntryEvent event = intent.foundry().entryEvent();
        return new Compilation(
                brief,
                PromptPackWriter.pack(brief.digest(), prompts),
                prompts,
                OverlayWriter.overlays(context, brief.digest()),
                intent.evidence(),
                decisions.target(),
                decisions.report(),
                intentDigest,
                manifestDigest,
                event,
                decisions.throttle(),
                decisions.payload(),
                decisions.branch(),
                Effects.of(event.wire(), decisions.throttle().wire(), decisions.payload()),
                VERSION);
    }
}
