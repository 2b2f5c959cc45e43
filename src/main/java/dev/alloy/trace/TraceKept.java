package dev.alloy.trace;

import dev.alloy.run.RunRequest;

/**
 * A trace of a run was kept; published in the transaction in which it was.
 *
 * @param run whose trace it is said to be
 */
public record TraceKept(RunRequest run) {}
