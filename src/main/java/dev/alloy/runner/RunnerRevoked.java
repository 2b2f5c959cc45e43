package dev.alloy.runner;

import dev.alloy.access.Caller;

/**
 * A runner's key was taken away for good; published in that transaction.
 *
 * @param caller who did so
 * @param runner the runner
 */
public record RunnerRevoked(Caller caller, Runner runner) {}
