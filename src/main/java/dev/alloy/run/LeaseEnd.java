package dev.alloy.run;

/** What becomes of a run whose lease is over. Source: dispatch.md, “Nothing waits for ever”. */
enum LeaseEnd {
    /** Nothing of it counts: back to the queue for another attempt, or failed when it was attempted often enough. */
    GIVE_BACK,
    /** It was to be called off, and could not have changed anything. */
    CANCEL,
    /** It may have changed something and nobody knows: never run again by itself. */
    LOSE;

    /**
     * The rule. What may have started and may change something is lost; everything else is done again, or called off where that
     * was asked for.
     */
    static LeaseEnd of(RunRequest run) {
        boolean started = run.status() == RunStatus.EXECUTING;
        if (started && !run.effect().equals("read_only")) {
            return LOSE;
        }
        return run.cancelRequestedAt() == null ? GIVE_BACK : CANCEL;
    }
}
