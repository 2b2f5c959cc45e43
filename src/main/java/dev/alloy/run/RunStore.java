package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.RunnableBrief;
import dev.alloy.database.DatabaseClock;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Stores runs that are requested. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
class RunStore {

    private final Transitions transitions;
    private final RunSettings settings;
    private final Approvals approvals;
    private final ApprovalRequirements needs;
    private final ApprovedQueueing queueing;
    private final DatabaseClock clock;

    RunStore(
            Transitions transitions,
            RunSettings settings,
            Approvals approvals,
            ApprovalRequirements needs,
            ApprovedQueueing queueing,
            DatabaseClock clock) {
        this.transitions = transitions;
        this.settings = settings;
        this.approvals = approvals;
        this.needs = needs;
        this.queueing = queueing;
        this.clock = clock;
    }

    /**
     * Stores a run, queued where an approval fits; empty when an equal one is there. Approvals are read once the brief is locked: one that
     * is given at this very moment waits, and finds the run.
     *
     * @param brief the run's, locked
     */
    Optional<RunRequest> store(Caller caller, NewRun run, RunnableBrief brief) {
        boolean needsNewer = run.repetition() != null && run.repetition().needsNewApproval();
        if (needsNewer) {
            return transitions.request(run, null, settings.queueTtl(), caller.actor());
        }
        Approvals.Requirement need = ApprovalRequirements.of(run, brief.fourEyes());
        Optional<Approval> fitting = approvals.fitting(Caller.system(run.organizationId()), need, brief.readAt());
        // What may change something may need an approval given after this, as the database knows best; see the
        // statement.
        Optional<String> unbound = fitting.filter(approval -> approval.scope() == ApprovalScope.DRY_RUN
                        && run.effect().equals("read_only"))
                .map(Approval::id);
        Optional<RunRequest> stored =
                transitions.request(run, unbound.orElse(null), settings.queueTtl(), caller.actor());
        return unbound.isPresent()
                ? stored
                : stored.map(waiting -> fitting.flatMap(approval -> bind(waiting, approval, caller.actor()))
                        .orElse(waiting));
    }

    /** The database may have found, as it stored the run, that only an approval given later counts. */
    private Optional<RunRequest> bind(RunRequest run, Approval approval, Actor actor) {
        Approvals.Requirement need = needs.of(run);
        return Approvals.fits(approval, need, clock.now())
                ? queueing.queue(run, need, approval, actor)
                : Optional.empty();
    }
}
