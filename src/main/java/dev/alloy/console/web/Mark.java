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
            marks.add(new Mark("bad", "parked", "It was parked: " + run.parkedReason() + "."));
        }
        if (run.cancelRequestedAt() != null && !run.status().isTerminal()) {
            marks.add(new Mark(
                    "finds", "cancelling", "It is being cancelled; its runner learns of it at the next heartbeat."));
        }
        if (run.status().isTerminal() && run.accountStatus() != null && run.accountStatus() != run.status()) {
            marks.add(new Mark(
                    "bad",
                    "account differs",
                    "It ended as " + Badge.of(run.status()).label() + ", but its newest account says "
                            + Badge.of(run.accountStatus()).label() + "."));
        }
        return marks;
    }

    static Mark simulated() {
        return new Mark("finds", "simulated", "Nothing ran: the runner only simulated the run, so it proves nothing.");
    }

    static Mark onTheRunnersWord() {
        return new Mark(
                "finds",
                "on the runner's word alone",
                "Only the runner reported what happened: there is no trace from Foundry to compare with.");
    }
}
