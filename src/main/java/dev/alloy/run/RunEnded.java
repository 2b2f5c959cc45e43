package dev.alloy.run;

/**
 * A run ended; published in the transaction in which it did.
 *
 * @param run as it was before
 * @param status how it ended
 * @param reported whether a result ended it
 */
public record RunEnded(RunRequest run, RunStatus status, boolean reported) {}
