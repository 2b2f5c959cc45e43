package dev.alloy.runner;

/**
 * A runner was changed: its projects, its places or its status, or the versions that it reads; published in that transaction.
 *
 * @param runner as it is now
 */
public record RunnerChanged(Runner runner) {}
