package dev.alloy.run;

import dev.alloy.compilation.TargetEvaluation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a run is where it is.
 *
 * @param state where it is
 * @param since since when
 * @param summary the answer in a sentence
 * @param blockers what keeps it from every runner
 * @param target whether what the brief was compiled for still holds; null unless the run waits for a runner
 * @param runners what each runner of the organization is to the run; empty unless it waits for one
 */
public record DispatchExplanation(
        RunStatus state,
        Instant since,
        String summary,
        List<DispatchReason> blockers,
        @Nullable TargetEvaluation target,
        List<RunnerView> runners) {

    /** Copies the lists. */
    public DispatchExplanation {
        blockers = List.copyOf(blockers);
        runners = List.copyOf(runners);
    }

    /**
     * What one runner is to the run.
     *
     * @param runnerId the runner
     * @param name the name people know it by
     * @param reasons what keeps the run from it; empty when it may have the run
     */
    public record RunnerView(String runnerId, String name, List<DispatchReason> reasons) {

        /** Copies the list. */
        public RunnerView {
            reasons = List.copyOf(reasons);
        }

        /** Whether the runner would be offered the run when it polls. */
        public boolean eligible() {
            return reasons.isEmpty();
        }
    }
}
