package dev.alloy.compilation;

import dev.alloy.access.Caller;
import java.util.List;

/** The runs that wait for an approval of a brief; kept by the module that has runs. */
public interface WaitingRuns {

    /**
     * Queues the runs that an approval fits, within the transaction that gives it or that repeats the decision.
     *
     * @return the runs that waited, the oldest first; those that fit are in the queue now
     */
    List<WaitingRun> queueUnder(Caller caller, Approval approval);

    /** Whether a run waits that the approval would fit, had it been given after the run was asked for. */
    boolean needNewerThan(Approval approval);
}
