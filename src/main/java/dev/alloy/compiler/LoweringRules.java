package dev.alloy.compiler;

import java.util.List;

/** Compiles to the lowest compatible target. Source: compiler.md, the table. */
final class LoweringRules {

    private static final List<LoweringRule> TABLE = List.of(
            new TargetModeRule(),
            new EntryEventRule(),
            new ThrottleRule(),
            new BlocksRule(),
            new BriefReferenceRule(),
            new PayloadDialectRule(),
            new PromptPackRule(),
            new GateOverlayRule(),
            new TraceExportRule(),
            new StreamingRule(),
            new BranchRule(),
            new EvidenceRule());

    private LoweringRules() {}

    /**
     * Applies every rule.
     *
     * @throws TargetIncompatible when the installation cannot carry out the intent even lowered
     */
    static Decisions apply(LoweringContext situation) {
        Decisions decisions = decide(situation);
        decisions.requireCompatible();
        return decisions;
    }

    /** Applies every rule, also when something is refused: its rows say so. */
    static Decisions decide(LoweringContext situation) {
        Decisions decisions = new Decisions(situation.intent().foundry().payload());
        TABLE.forEach(rule -> rule.decide(situation, decisions));
        return decisions;
    }
}
