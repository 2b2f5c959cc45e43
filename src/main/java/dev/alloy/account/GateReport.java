package dev.alloy.account;

import org.jspecify.annotations.Nullable;

/**
 * What one witness tells of one gate in the deciding phase.
 *
 * @param outcome how it ended
 * @param command which command ran
 * @param phase the phase it is told of, as results name phases
 * @param witness who tells it
 * @param exitCode of its command, of the run that decides; null where it is not told
 * @param contradictsItself whether it is told as passed with an exit code that says otherwise
 */
record GateReport(
        Outcome outcome,
        Command command,
        String phase,
        Witness witness,
        @Nullable Integer exitCode,
        boolean contradictsItself) {

    /** How a gate ended. */
    enum Outcome {
        /** Every run of it in the phase passed. */
        PASSED,
        /** Some run of it in the phase failed: of a name that stands there twice the worst counts. */
        FAILED,
        /** It is told that it did not run. */
        SKIPPED,
        /** The phase was seen whole, and the gate is not in it. */
        ABSENT,
        /** The phase was not seen whole: what is missing may be this gate's failure. */
        CUT
    }

    /** Which command ran under the gate's name. */
    enum Command {
        /** It was seen to be the approved one, each time. */
        APPROVED,
        /** Not told. */
        UNTOLD,
        /** Another one, at least once. */
        OTHER
    }

    boolean passed() {
        return outcome == Outcome.PASSED;
    }

    boolean failed() {
        return outcome == Outcome.FAILED;
    }

    boolean ran() {
        return passed() || failed();
    }
}
