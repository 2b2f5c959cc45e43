package dev.alloy.run;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.WrongState;

/** Refuses calls of runners for which a run is in the wrong state. A runner cannot ask for the explanation, so it is told here. */
public final class RunnerCallRefusals {

    private RunnerCallRefusals() {}

    /** Names the state that the run is in, and what the runner does now. */
    public static ProblemException wrongState(RunRequest run, String call) {
        return WrongState.refusal(
                "'" + call + "' is not possible: the run is " + run.status().wireName() + ".",
                run.status().wireName(),
                switch (run.status()) {
                    case ACCEPTED ->
                        "Call 'started' before you start Foundry. If the attempt cannot start, call 'release' or 'failed'.";
                    case EXECUTING -> "Report how the run ended with 'completed' or 'failed'.";
                    case LOST ->
                        "Report the result with 'completed' if the attempt has one; otherwise a person resolves the run.";
                    case AWAITING_APPROVAL, QUEUED, OFFERED, COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED ->
                        "Stop this attempt: the run moved on without it. Poll for the next run request.";
                });
    }
}
