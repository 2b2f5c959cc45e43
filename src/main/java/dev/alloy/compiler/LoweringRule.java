package dev.alloy.compiler;

/** Decides one feature of the target. Rules run in the order of {@link LoweringRules}; later ones see earlier decisions. */
@FunctionalInterface
interface LoweringRule {

    void decide(LoweringContext situation, Decisions decisions);
}
