package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalMismatch;
import dev.alloy.compilation.ApprovalRevoked;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.RunnableBrief;
import dev.alloy.compilation.WaitingRun;
import dev.alloy.compilation.WaitingRuns;
import dev.alloy.database.DatabaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Brings runs and approvals together: a run is queued under an approval that fits, whichever of the two comes first. */
@Component
@Transactional
class ApprovalMatching implements WaitingRuns {

    private final RunLock lock;
    private final Transitions transitions;
    private final RunSettings settings;
    private final Approvals approvals;
    private final Attempts attempts;
    private final ApprovalRequirements needs;
    private final ApprovalReasons reasons;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;

    ApprovalMatching(
            RunLock lock,
            Transitions transitions,
            RunSettings settings,
            Approvals approvals,
            Attempts attempts,
            ApprovalRequirements needs,
            ApprovalReasons reasons,
            DatabaseClock clock,
            JdbcClient jdbc) {
        this.lock = lock;
        this.transitions = transitions;
        this.settings = settings;
        this.approvals = approvals;
        this.attempts = attempts;
        this.needs = needs;
        this.reasons = reasons;
        this.clock = clock;
        this.jdbc = jdbc;
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
        return Approvals.fits(approval, need, clock.now()) ? queue(run, need, approval, actor) : Optional.empty();
    }

    @Override
    public List<WaitingRun> queueUnder(Caller caller, Approval approval) {
        List<Seen> seen = offer(approval, caller.actor());
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
        return waitingFor(approval).stream().anyMatch(run -> Approvals.misfit(approval, needs.of(run), now)
                .filter(misfit -> misfit == ApprovalMismatch.GIVEN_BEFORE)
                .isPresent());
    }

    /** A run ended. An approval that it never used is free for another one. */
    @EventListener
    public void onEnd(RunEnded ended) {
        RunRequest run = ended.run();
        if (mayHaveStarted(run)) {
            return;
        }
        approvals
                .free(run.organizationId(), run.id())
                .forEach(approval ->
                        offer(approval, Caller.system(run.organizationId()).actor()));
    }

    /** Whoever knows of a start counts, also where the database was restored and does not: else other work would be done under the approval. */
    private boolean mayHaveStarted(RunRequest run) {
        Failure failure = run.failure();
        return run.startedAt() != null
                || run.foundryRunId() != null
                || run.isParkedByRestore()
                || failure != null && failure.isAlreadyStarted()
                || attempts.anyStarted(run);
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
        for (RunRequest run : orphans(organizationId)) {
            Approvals.Requirement need = needs.of(run);
            Optional<RunRequest> queued =
                    approvals.fitting(system, need, now).flatMap(other -> queue(run, need, other, system.actor()));
            replaced += queued.isPresent() ? 1 : 0;
        }
        return replaced;
    }

    private List<RunRequest> orphans(String organizationId) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where q.organization_id = :organization and q.status = 'queued' and r.status = 'queued'
                          and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now())
                          and exists (
                              select 1 from approvals o
                              where o.organization_id = r.organization_id and o.formation_brief_id = r.formation_brief_id
                                and o.revoked_at is null and o.voided_at is null and o.expires_at > alloy_now())
                        order by r.queued_at, r.id limit 100 for update of r skip locked
                        """)
                .param("organization", organizationId)
                .query(RunRow.MAPPER)
                .list();
    }

    private List<Seen> offer(Approval approval, Actor actor) {
        Instant now = clock.now();
        List<Seen> seen = new ArrayList<>();
        for (RunRequest run : waitingFor(approval)) {
            Approvals.Requirement need = needs.of(run);
            Optional<ApprovalMismatch> misfit = Approvals.misfit(approval, need, now);
            if (misfit.isPresent()) {
                seen.add(new Seen(run, misfit.get()));
            } else if (queue(lock.take(Caller.system(run.organizationId()), run.id()), need, approval, actor)
                    .isPresent()) {
                seen.add(new Seen(run, null));
                approval = approvals.reread(run.organizationId(), approval.id());
            }
        }
        return seen;
    }

    /** The run is locked. */
    private Optional<RunRequest> queue(RunRequest run, Approvals.Requirement need, Approval approval, Actor actor) {
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

    /** Runs of the approved brief that have no approval, or one that has ended; the oldest first. */
    private List<RunRequest> waitingFor(Approval approval) {
        return jdbc.sql("select " + RunRow.COLUMNS + """
                         from run_queue q
                        join foundry_run_requests r on r.organization_id = q.organization_id and r.id = q.run_request_id
                        left join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where q.organization_id = :organization and q.formation_brief_id = :brief
                          and (r.status = 'awaiting_approval'
                               or r.status = 'queued'
                                  and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now()))
                        order by r.requested_at, r.id
                        """)
                .param("organization", approval.organizationId())
                .param("brief", approval.formationBriefId())
                .query(RunRow.MAPPER)
                .list();
    }
}
