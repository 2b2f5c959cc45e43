package dev.alloy.runner;

import dev.alloy.access.Caller;

/**
 * A runner's key was revoked; published in that transaction.
 *
 * @param caller who did so
 * @param runner the runner
 */
public record RunnerRevoked(Caller caller, Runner runner) {}
