package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Briefs;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.WrongState;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Says what leads on from the state of a run to people who wanted a move that it does not allow. */
@Component
@Transactional(readOnly = true)
class RunRemedies {

    private final Briefs briefs;

    RunRemedies(Briefs briefs) {
        this.briefs = briefs;
    }

    /** The refusal of a move. */
    ProblemException refusal(RunRequest run, String detail) {
        return WrongState.refusal(detail, run.status().wireName(), of(run));
    }

    private String of(RunRequest run) {
        if (!run.status().isTerminal()) {
            return "What moves it on from here: " + run.status().movedOnBy();
        }
        if (run.supersededBy() != null) {
            return successor(run.supersededBy());
        }
        boolean repeatable = briefs.get(Caller.system(run.organizationId()), run.formationBriefId())
                .status()
                .isInUse();
        return repeatable
                ? "The run has ended. Request it again with POST /api/run-requests/{id}/reexecutions."
                : "The run has ended, and its brief is out of use. Compile the intent again and request a run of that brief.";
    }

    /** What to do about a run that was asked for again. */
    static String successor(@Nullable String successor) {
        return "It was requested again: continue with the run " + successor + ".";
    }
}
