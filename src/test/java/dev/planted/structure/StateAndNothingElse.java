package dev.planted.structure;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;

class StateAndNothingElse {

    ProblemException refuse() {
        return ProblemType.INVALID_TRANSITION.because("It is over.").with("state", "over");
    }
}
