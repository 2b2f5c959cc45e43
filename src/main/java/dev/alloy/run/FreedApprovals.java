package dev.alloy.run;

import dev.alloy.compilation.Approvals;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Frees approvals that were bound to runs which ended and never started. */
@Component
@Transactional
class FreedApprovals {

    private final Attempts attempts;
    private final Approvals approvals;
    private final ApprovalMatching matching;

    FreedApprovals(Attempts attempts, Approvals approvals, ApprovalMatching matching) {
        this.attempts = attempts;
        this.approvals = approvals;
        this.matching = matching;
    }

    /** A run ended. An approval that it never used is free for another one. */
    @EventListener
    public void onEnd(RunEnded ended) {
        RunRequest run = ended.run();
        if (!mayHaveStarted(run)) {
            approvals.free(run.organizationId(), run.id()).forEach(matching::offerFreed);
        }
    }

    /**
     * Whether somebody knows of a start, or the database may have forgotten one: else other work would be done under an approval that was
     * used.
     */
    private boolean mayHaveStarted(RunRequest run) {
        Failure failure = run.failure();
        return run.startedAt() != null
                || run.foundryRunId() != null
                || run.isParkedByRestore()
                || failure != null && failure.isAlreadyStarted()
                || attempts.anyStarted(run);
    }
}
