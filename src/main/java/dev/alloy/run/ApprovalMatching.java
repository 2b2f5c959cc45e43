package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalMismatch;
import dev.alloy.compilation.ApprovalRevoked;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.WaitingRun;
import dev.alloy.compilation.WaitingRuns;
import dev.alloy.database.DatabaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Brings runs and approvals together: a run is queued under an approval that fits, whichever of the two comes first. */
@Component
@Transactional
class ApprovalMatching implements WaitingRuns {

    private final RunLock lock;
    private final UnapprovedRuns unapproved;
    private final Approvals approvals;
    private final ApprovalRequirements needs;
    private final ApprovalReasons reasons;
    private final ApprovedQueueing queueing;
    private final DatabaseClock clock;

    ApprovalMatching(
            RunLock lock,
            UnapprovedRuns unapproved,
            Approvals approvals,
            ApprovalRequirements needs,
            ApprovalReasons reasons,
            ApprovedQueueing queueing,
            DatabaseClock clock) {
        this.lock = lock;
        this.unapproved = unapproved;
        this.approvals = approvals;
        this.needs = needs;
        this.reasons = reasons;
        this.queueing = queueing;
        this.clock = clock;
    }

    @Override
    public List<WaitingRun> queueUnder(Caller caller, Approval approval, @Nullable String first) {
        List<Seen> seen = offer(approval, caller.actor(), first);
        // Asked once all are queued: an approval that one of them took is none for the others.
        List<RunRequest> left =
                seen.stream().filter(one -> one.misfit() != null).map(Seen::run).toList();
        Map<String, String> codes = reasons.codes(approval.organizationId(), approval.formationBriefId(), left);
        return seen.stream().map(one -> one.answer(codes.get(one.run().id()))).toList();
    }

    /**
     * A run that waited.
     *
     * @param misfit why it waits on; null where it was queued
     */
    private record Seen(RunRequest run, @Nullable ApprovalMismatch misfit) {

        WaitingRun answer(@Nullable String code) {
            return misfit == null
                    ? new WaitingRun(run.id(), true, null, null)
                    : new WaitingRun(run.id(), false, code, ApprovalReasons.inWords(misfit));
        }
    }

    @Override
    public boolean needNewerThan(Approval approval) {
        Instant now = clock.now();
        return unapproved.waitingFor(approval).stream().anyMatch(run -> Approvals.misfit(approval, needs.of(run), now)
                .filter(misfit -> misfit == ApprovalMismatch.GIVEN_BEFORE)
                .isPresent());
    }

    /** An approval was revoked. Another one may be there for the runs that were queued under it. */
    @EventListener
    public void onRevocation(ApprovalRevoked revoked) {
        replaceEnded(revoked.approval().organizationId());
    }

    /**
     * Queued runs whose approval has ended take another one that fits. Called wherever an approval ends, where a run comes back to the
     * queue, and by the sweep for those that expire.
     *
     * @return how many did
     */
    int replaceEnded(String organizationId) {
        Caller system = Caller.system(organizationId);
        Instant now = clock.now();
        int replaced = 0;
        for (RunRequest run : unapproved.orphans(organizationId)) {
            Approvals.Requirement need = needs.of(run);
            Optional<RunRequest> queued = approvals
                    .fitting(system, need, now)
                    .flatMap(other -> queueing.queue(run, need, other, system.actor()));
            replaced += queued.isPresent() ? 1 : 0;
        }
        return replaced;
    }

    /** An approval is free again: it is given to the runs of its brief that wait. */
    void offerFreed(Approval approval) {
        offer(approval, Caller.system(approval.organizationId()).actor(), null);
    }

    private List<Seen> offer(Approval approval, Actor actor, @Nullable String first) {
        Instant now = clock.now();
        List<Seen> seen = new ArrayList<>();
        List<RunRequest> waiting = new ArrayList<>(unapproved.waitingFor(approval));
        waiting.sort(Comparator.comparing(run -> !run.id().equals(first)));
        for (RunRequest run : waiting) {
            Approvals.Requirement need = needs.of(run);
            Optional<ApprovalMismatch> misfit = Approvals.misfit(approval, need, now);
            if (misfit.isPresent()) {
                seen.add(new Seen(run, misfit.get()));
            } else if (queueing.queue(lock.take(Caller.system(run.organizationId()), run.id()), need, approval, actor)
                    .isPresent()) {
                seen.add(new Seen(run, null));
                approval = approvals.reread(run.organizationId(), approval.id());
            }
        }
        return seen;
    }
}
