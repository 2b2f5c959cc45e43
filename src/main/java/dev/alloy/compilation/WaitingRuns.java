package dev.alloy.compilation;

import dev.alloy.access.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runs that wait for an approval of a brief; kept by the module that has runs. */
public interface WaitingRuns {

    /**
     * Queues the runs that an approval fits, within the transaction that gives it or that repeats the decision.
     *
     * @param first the run that the approval was given for, which takes it before those that have waited longer; null for
     *     none in particular
     * @return the runs that waited, the oldest first but for that one; those that fit are in the queue now
     */
    List<WaitingRun> queueUnder(Caller caller, Approval approval, @Nullable String first);

    /** Whether a run waits that the approval would fit, had it been given after the run was asked for. */
    boolean needNewerThan(Approval approval);
}
