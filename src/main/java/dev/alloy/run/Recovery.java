package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Expires offers, leases and queue deadlines that nobody acted on. Plain methods, for a schedule and for polls that find nothing.
 * Each run moves in one transaction with its history; whoever comes second finds it moved. Source: dispatch.md, “Nothing waits
 * for ever”.
 */
@Service
@Transactional
class Recovery {

    private final OverdueRuns overdue;
    private final Transitions transitions;
    private final ApprovalMatching queue;
    private final RunSettings settings;

    Recovery(OverdueRuns overdue, Transitions transitions, ApprovalMatching queue, RunSettings settings) {
        this.overdue = overdue;
        this.transitions = transitions;
        this.queue = queue;
        this.settings = settings;
    }

    /**
     * Ends what is over at this moment.
     *
     * @param organizationId whose runs
     * @return how many runs moved
     */
    public int sweep(String organizationId) {
        return expireOffers(organizationId)
                + expireLeases(organizationId)
                + expireQueue(organizationId)
                + queue.replaceEnded(organizationId);
    }

    /** The organizations in which something is over at this moment. */
    @Transactional(readOnly = true)
    public List<String> organizationsToSweep() {
        return overdue.organizations();
    }

    private int expireOffers(String organizationId) {
        Actor system = system(organizationId);
        List<RunRequest> expired = overdue.offers(organizationId);
        for (RunRequest run : expired) {
            transitions
                    .apply(run, Transition.expireOffer(run), system)
                    .ifPresent(waiting -> transitions.apply(
                            waiting, Transition.park("offers-unanswered", settings.maxOffers()), system));
        }
        return expired.size();
    }

    private int expireLeases(String organizationId) {
        List<RunRequest> over = overdue.leases(organizationId);
        over.forEach(this::leaseOver);
        return over.size();
    }

    private void leaseOver(RunRequest run) {
        Actor system = system(run.organizationId());
        switch (LeaseEnd.of(run)) {
            case LOSE -> transitions.apply(run, Transition.lose(run), system);
            case CANCEL -> transitions.apply(run, Transition.cancelOverdue(run), system);
            case GIVE_BACK -> giveBack(run, system, "lease-over", "");
        }
    }

    private int expireQueue(String organizationId) {
        List<RunRequest> waited = overdue.waits(organizationId);
        waited.forEach(run -> {
            Failure failure = run.status() == RunStatus.QUEUED
                    ? Failure.dispatch("expired-in-queue", "No runner took the run before its time in the queue ended.")
                    : Failure.dispatch(
                            "expired-unapproved", "No approval was given before its time in the queue ended.");
            transitions.apply(run, Transition.expire(failure), system(organizationId));
        });
        return waited.size();
    }

    /**
     * Takes a run from its runner: back to the queue, or failed when it was attempted often enough. The run is locked.
     *
     * @param because {@code released}, {@code lease-over}, {@code runner-revoked}, or what came to stop it
     * @param reason what the runner said; empty for nothing
     * @return where the run is now
     */
    RunStatus giveBack(RunRequest run, Actor actor, String because, String reason) {
        if (run.attempts() >= settings.maxAttempts()) {
            Failure failure = Failure.dispatch(
                    "attempts-exhausted", "The run was attempted " + run.attempts() + " times without a result.");
            transitions.apply(run, Transition.exhaust(run, because, failure), actor);
            return RunStatus.FAILED;
        }
        Optional<RunRequest> queued =
                transitions.apply(run, Transition.giveBack(run, because, reason, settings.queueTtl()), actor);
        if (queued.isPresent()) {
            queue.replaceEnded(run.organizationId());
        }
        return RunStatus.QUEUED;
    }

    private static Actor system(String organizationId) {
        return Caller.system(organizationId).actor();
    }
}
