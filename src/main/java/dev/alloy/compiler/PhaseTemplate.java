package dev.alloy.compiler;

/** Writes one phase's view of the brief. */
@FunctionalInterface
interface PhaseTemplate {

    PromptDocument write(PromptContext context);
}
