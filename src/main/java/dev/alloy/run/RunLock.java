package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.problem.ProblemType;
import org.springframework.stereotype.Component;

/** Lets one after the other move a run or speak of it. */
@Component
class RunLock {

    private final RunRequestRepository runs;
    private final RunMoves moves;

    RunLock(RunRequestRepository runs, RunMoves moves) {
        this.runs = runs;
        this.moves = moves;
    }

    /** The run as it is once nobody else moves it; locked for the rest of the transaction. Else {@code not-found}. */
    RunRequest take(Caller caller, String id) {
        if (!moves.lock(caller, id)) {
            throw ProblemType.NOT_FOUND.because("No such run request.");
        }
        return runs.reread(caller, id);
    }
}
