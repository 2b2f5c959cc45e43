package dev.planted.account;

import dev.alloy.account.ReportedResult;
import dev.alloy.outcome.RunResult;
import dev.alloy.trace.JudgedTrace;
import tools.jackson.databind.JsonNode;

/** Makes up its own mind about a run instead of reading the account. */
class Overhearing {

    boolean passed(RunResult result) {
        return result.gateResults().contains("passed");
    }

    JsonNode gates(JudgedTrace trace) {
        return trace.summary().path("gate_phases");
    }

    boolean simulated(ReportedResult result) {
        return result.isSimulated();
    }
}
