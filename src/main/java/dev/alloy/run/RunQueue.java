package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Projects;
import dev.alloy.audit.Actor;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalRevoked;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.BriefStatus;
import dev.alloy.compilation.Misfit;
import dev.alloy.compilation.WaitingRun;
import dev.alloy.compilation.WaitingRuns;
import dev.alloy.database.DatabaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Brings runs and approvals together: a run is queued under an approval that fits, whichever of the two comes first. */
@Component
@Transactional
class RunQueue implements WaitingRuns {

    private final RunRequestRepository runs;
    private final RunMoves moves;
    private final RunLog log;
    private final QueueBell bell;
    private final Approvals approvals;
    private final Projects projects;
    private final DatabaseClock clock;
    private final JdbcClient jdbc;

    RunQueue(
            RunRequestRepository runs,
            RunMoves moves,
            RunLog log,
            QueueBell bell,
            Approvals approvals,
            Projects projects,
            DatabaseClock clock,
            JdbcClient jdbc) {
        this.runs = runs;
        this.moves = moves;
        this.log = log;
        this.bell = bell;
        this.approvals = approvals;
        this.projects = projects;
        this.clock = clock;
        this.jdbc = jdbc;
    }

    /**
     * Queues a run that was just stored, where an approval fits. Approvals are read under a lock that a new approval of the brief
     * waits for: else one given at this very moment would neither be found here nor find the run. Nor would the run be declined with a
     * brief that is closed at this moment; it is refused here.
     */
    RunRequest queueNew(Caller caller, RunRequest run) {
        BriefStatus brief = BriefStatus.of(jdbc.sql("""
                        select status from formation_brief_compilations
                        where organization_id = :organization and id = :brief for share
                        """)
                .param("organization", run.organizationId())
                .param("brief", run.formationBriefId())
                .query(String.class)
                .single());
        if (!brief.isInUse()) {
            throw RunOrders.cannotRun(brief);
        }
        Instant now = clock.now();
        Caller system = Caller.system(run.organizationId());
        Approvals.Need need = need(run);
        return approvals
                .fitting(system, need, now)
                .filter(approval -> queue(run, need, approval, caller.actor()))
                .map(approval -> runs.reread(system, run.id()))
                .orElse(run);
    }

    @Override
    public List<WaitingRun> queueUnder(Caller caller, Approval approval) {
        return offer(approval, caller.actor());
    }

    @Override
    public List<WaitingRun> compare(Approval approval) {
        Instant now = clock.now();
        return waitingFor(approval).stream()
                .map(run -> waiting(run, Approvals.misfit(approval, need(run), now)))
                .toList();
    }

    @Override
    public boolean needNewerThan(Approval approval) {
        Instant now = clock.now();
        return waitingFor(approval).stream().anyMatch(run -> Approvals.misfit(approval, need(run), now)
                .filter(misfit -> misfit == Misfit.GIVEN_BEFORE)
                .isPresent());
    }

    /** A run ended. An approval that it never used is free for another one. */
    @EventListener
    public void onEnd(RunEnded ended) {
        RunRequest run = ended.run();
        approvals
                .free(run.organizationId(), run.id())
                .forEach(approval ->
                        offer(approval, Caller.system(run.organizationId()).actor()));
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
        for (String id : orphans(organizationId)) {
            RunRequest run = runs.reread(system, id);
            Approvals.Need need = need(run);
            Optional<Approval> other = approvals.fitting(system, need, now);
            if (other.isPresent() && queue(run, need, other.get(), system.actor())) {
                replaced++;
            }
        }
        return replaced;
    }

    private List<String> orphans(String organizationId) {
        return jdbc.sql("""
                        select r.id from foundry_run_requests r
                        join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where r.organization_id = :organization and r.status = 'queued'
                          and r.queued_at is not null and r.accepted_at is null and r.completed_at is null
                          and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now())
                          and exists (
                              select 1 from approvals o
                              where o.organization_id = r.organization_id and o.formation_brief_id = r.formation_brief_id
                                and o.revoked_at is null and o.voided_at is null and o.expires_at > alloy_now())
                        order by r.queued_at, r.id limit 100 for update of r skip locked
                        """)
                .param("organization", organizationId)
                .query(String.class)
                .list();
    }

    private List<WaitingRun> offer(Approval approval, Actor actor) {
        Instant now = clock.now();
        List<WaitingRun> seen = new ArrayList<>();
        for (RunRequest run : waitingFor(approval)) {
            Approvals.Need need = need(run);
            Optional<Misfit> misfit = Approvals.misfit(approval, need, now);
            if (misfit.isPresent()) {
                seen.add(waiting(run, misfit));
            } else if (queue(run, need, approval, actor)) {
                seen.add(waiting(run, misfit));
                approval = approvals.reread(run.organizationId(), approval.id());
            }
        }
        return seen;
    }

    private static WaitingRun waiting(RunRequest run, Optional<Misfit> misfit) {
        return new WaitingRun(
                run.id(),
                misfit.isEmpty(),
                misfit.map(Explanations::code).orElse(null),
                misfit.map(Explanations::inWords).orElse(null));
    }

    private boolean queue(RunRequest run, Approvals.Need need, Approval approval, Actor actor) {
        boolean fourEyesOff = !need.fourEyes() && need.scope() != ApprovalScope.DRY_RUN;
        moves.lock(run.organizationId(), run.id());
        boolean queued = run.status() == RunStatus.AWAITING_APPROVAL
                ? moves.queue(run.organizationId(), run.id(), approval.id(), fourEyesOff)
                : moves.reapprove(run.organizationId(), run.id(), approval.id(), fourEyesOff);
        if (queued) {
            Map<String, Object> detail = fourEyesOff
                    ? Map.of("approval_id", approval.id(), "four_eyes", "off")
                    : Map.of("approval_id", approval.id());
            log.moved(run, run.status(), RunStatus.QUEUED, null, actor, detail);
            bell.ring(run);
        }
        return queued;
    }

    /** Runs of the approved brief that have no approval, or one that has ended; the oldest first. */
    private List<RunRequest> waitingFor(Approval approval) {
        Caller system = Caller.system(approval.organizationId());
        return jdbc
                .sql("""
                        select r.id from foundry_run_requests r
                        left join approvals a on a.organization_id = r.organization_id and a.id = r.approval_id
                        where r.organization_id = :organization and r.formation_brief_id = :brief
                          and (r.status = 'awaiting_approval'
                               or r.status = 'queued'
                                  and (a.revoked_at is not null or a.voided_at is not null or a.expires_at <= alloy_now()))
                        order by r.requested_at, r.id
                        """)
                .param("organization", approval.organizationId())
                .param("brief", approval.formationBriefId())
                .query(String.class)
                .list()
                .stream()
                .map(id -> runs.reread(system, id))
                .toList();
    }

    /** What an approval has to cover for the run. */
    Approvals.Need need(RunRequest run) {
        @Nullable Instant notBefore = run.needsNewApproval() ? run.createdAt() : null;
        return new Approvals.Need(
                run.id(),
                run.formationBriefId(),
                run.briefDigest(),
                run.promptPackDigest(),
                ApprovalScope.neededFor(run.entryEvent(), run.throttle()),
                run.repoRevision(),
                run.branch(),
                run.requestedBy(),
                projects.get(Caller.system(run.organizationId()), run.projectId())
                        .fourEyes(),
                notBefore);
    }
}
