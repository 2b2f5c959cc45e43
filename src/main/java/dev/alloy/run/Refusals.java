package dev.alloy.run;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;

/** Refuses calls for which a run is in the wrong state. */
final class Refusals {

    private Refusals() {}

    /** Names the state that the run is in. */
    static ProblemException wrongState(RunRequest run, String call) {
        return ProblemType.INVALID_TRANSITION
                .because("'" + call + "' is not possible: the run is "
                        + run.status().wireName() + ".")
                .with("state", run.status().wireName());
    }
}
