package dev.alloy.run;

/** What becomes of a run whose lease is over. Source: dispatch.md, “What happens when a runner dies”. */
enum LeaseEnd {
    /** Nothing of it counts: back to the queue, for another attempt. */
    REQUEUE,
    /** It would go back, but was attempted often enough. */
    EXHAUSTED,
    /** It was to be called off, and could not have changed anything. */
    CANCEL,
    /** It may have changed something and nobody knows: never run again by itself. */
    LOSE;

    /**
     * The rule. What may have started and may change something is lost; everything else is done again, or called off where that
     * was asked for.
     */
    static LeaseEnd of(RunRequest run, int maxAttempts) {
        boolean started = run.status() == RunStatus.EXECUTING;
        if (started && !run.effect().equals("read_only")) {
            return LOSE;
        }
        if (run.cancelRequestedAt() != null) {
            return CANCEL;
        }
        return run.attempts() < maxAttempts ? REQUEUE : EXHAUSTED;
    }
}
