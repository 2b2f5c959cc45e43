package dev.alloy.console.web;

import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What must not be overlooked about a run.
 *
 * @param because the same as a sentence
 */
record Mark(String kind, String label, String because) {

    /** What its row alone tells. */
    static List<Mark> of(RunRequest run) {
        List<Mark> marks = new ArrayList<>();
        if (run.isSimulated()) {
            marks.add(simulated());
        }
        if (run.parkedAt() != null) {
            marks.add(new Mark("bad", "parked", "It was taken out of the queue: " + run.parkedReason() + "."));
        }
        if (run.cancelRequestedAt() != null && !run.status().isTerminal()) {
            marks.add(new Mark(
                    "finds", "cancelling", "Somebody asked to cancel it; its runner is told at its next heartbeat."));
        }
        if (run.status().isTerminal() && run.accountStatus() != null && run.accountStatus() != run.status()) {
            marks.add(new Mark(
                    "bad",
                    "account differs",
                    "It ended as " + run.status().wireName() + "; with what was reported later it is "
                            + run.accountStatus().wireName() + "."));
        }
        return marks;
    }

    static Mark simulated() {
        return new Mark("finds", "simulated", "Nothing ran: its runner only played the run, so it proves nothing.");
    }

    static Mark onTheRunnersWord() {
        return new Mark(
                "finds",
                "on the runner's word alone",
                "Nobody but the runner says what happened: there is no trace of Foundry's own to compare with.");
    }
}
