package dev.alloy.run;

/**
 * A run ended; published in the transaction in which it did.
 *
 * @param run as it is now; locked
 * @param reported whether a result ended it
 */
public record RunEnded(RunRequest run, boolean reported) {}
