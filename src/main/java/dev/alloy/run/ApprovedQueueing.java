package dev.alloy.run;

import dev.alloy.audit.Actor;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.database.DatabaseClock;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Queues runs under approvals that cover them. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class ApprovedQueueing {

    private final Transitions transitions;
    private final RunSettings settings;
    private final Approvals approvals;
    private final DatabaseClock clock;

    ApprovedQueueing(Transitions transitions, RunSettings settings, Approvals approvals, DatabaseClock clock) {
        this.transitions = transitions;
        this.settings = settings;
        this.approvals = approvals;
        this.clock = clock;
    }

    /** Queues a run, which is locked, under an approval that covers it; empty where it has one, or the approval is another run's by now. */
    Optional<RunRequest> queue(RunRequest run, Approvals.Requirement need, Approval approval, Actor actor) {
        if (!lacksApproval(run)) {
            return Optional.empty();
        }
        boolean forOneRun = approval.scope() != ApprovalScope.DRY_RUN;
        if (forOneRun && !approvals.bind(run.organizationId(), approval.id(), run.id())) {
            return Optional.empty();
        }
        boolean fourEyesOff = !need.fourEyes() && need.scope() != ApprovalScope.DRY_RUN;
        Transition move = run.status() == RunStatus.AWAITING_APPROVAL
                ? Transition.queue(approval.id(), fourEyesOff, settings.queueTtl())
                : Transition.reapprove(approval.id(), fourEyesOff);
        return transitions.apply(run, move, actor);
    }

    /** An approval that is bound to a run which does not take it would be lost. */
    private boolean lacksApproval(RunRequest run) {
        return run.status() == RunStatus.AWAITING_APPROVAL
                || run.status() == RunStatus.QUEUED
                        && !approvals
                                .reread(run.organizationId(), Objects.requireNonNull(run.approvalId()))
                                .hasNotEnded(clock.now());
    }
}
