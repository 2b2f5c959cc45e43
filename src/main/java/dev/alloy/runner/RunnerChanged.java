package dev.alloy.runner;

/**
 * A runner's projects, places, status or versions changed. It is published in that transaction.
 *
 * @param runner as it is now
 */
public record RunnerChanged(Runner runner) {}
