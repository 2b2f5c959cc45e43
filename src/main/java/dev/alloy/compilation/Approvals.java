package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.Revisions;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.WrongState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Reads and revokes approvals, and says which of them fits a run. Source: access.md, “Rules”. */
@Service
@Transactional
public class Approvals {

    private final Briefs briefs;
    private final ApprovalRepository approvals;
    private final BriefLock lock;
    private final JdbcClient jdbc;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    Approvals(
            Briefs briefs,
            ApprovalRepository approvals,
            BriefLock lock,
            JdbcClient jdbc,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events) {
        this.briefs = briefs;
        this.approvals = approvals;
        this.lock = lock;
        this.jdbc = jdbc;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
    }

    /**
     * What an approval must cover.
     *
     * @param runRequestId the run; null while it does not exist
     * @param scope the scope that the run needs
     * @param branch the branch that it works on
     * @param requestedBy who asked for it
     * @param fourEyes whether its project wants two people
     * @param notBefore the approval must have been given after this instant; null for no such instant
     */
    public record Requirement(
            @Nullable String runRequestId,
            String formationBriefId,
            String briefDigest,
            String promptPackDigest,
            ApprovalScope scope,
            String repoRevision,
            String branch,
            String requestedBy,
            boolean fourEyes,
            @Nullable Instant notBefore) {}

    /** The approval that a run was queued under; it is there as long as the run is. */
    @Transactional(readOnly = true)
    public Approval of(String organizationId, String id) {
        return approvals.find(Caller.system(organizationId), id).orElseThrow();
    }

    /** The same as it is now, whatever this transaction has read of it before. */
    @Transactional(readOnly = true)
    public Approval reread(String organizationId, String id) {
        return approvals.reread(Caller.system(organizationId), id);
    }

    /** The approval if it is within the caller's reach; else {@code not-found}. */
    @Transactional(readOnly = true)
    public Approval get(Caller caller, String id) {
        return approvals.find(caller, id).orElseThrow(Approvals::notFound);
    }

    /** The approvals of a brief. */
    @Transactional(readOnly = true)
    public Page<Approval> list(Caller caller, String briefId, PageQuery page) {
        briefs.get(caller, briefId);
        return approvals.list(caller, page, Map.of("formationBriefId", briefId));
    }

    /**
     * The approvals within the caller's reach.
     *
     * @param status only those of this status now; null for all
     * @param filters further attributes and what they have to be; null values are none
     */
    @Transactional(readOnly = true)
    public Page<Approval> list(Caller caller, PageQuery page, @Nullable ApprovalStatus status, Map<String, ?> filters) {
        Map<String, Object> all = new HashMap<>(filters);
        if (status != null) {
            all.putAll(status.filters(clock.now()));
        }
        return approvals.list(caller, page, all);
    }

    /** The narrowest approval that is good now and covers the need; the newest of several. */
    @Transactional(readOnly = true)
    public Optional<Approval> fitting(Caller caller, Requirement need, Instant now) {
        return approvals.all(caller, Map.of("formationBriefId", need.formationBriefId())).stream()
                .filter(approval -> fits(approval, need, now))
                .min((one, other) -> one.scope() == other.scope()
                        ? other.createdAt().compareTo(one.createdAt())
                        : one.scope().compareTo(other.scope()));
    }

    /** Whether the approval is good now and covers the need. */
    public static boolean fits(Approval approval, Requirement need, Instant now) {
        return misfit(approval, need, now).isEmpty();
    }

    /** What keeps the approval from covering the need; empty when nothing does. */
    public static Optional<ApprovalMismatch> misfit(Approval approval, Requirement need, Instant now) {
        boolean aboveDryRun = need.scope() != ApprovalScope.DRY_RUN;
        String bound = approval.boundRunRequestId();
        if (!approval.formationBriefId().equals(need.formationBriefId())
                || !approval.briefDigest().equals(need.briefDigest())
                || !approval.promptPackDigest().equals(need.promptPackDigest())) {
            return Optional.of(ApprovalMismatch.OTHER_WORDS);
        }
        if (!approval.hasNotEnded(now)) {
            return Optional.of(ApprovalMismatch.ENDED);
        }
        if (!approval.scope().includes(need.scope())) {
            return Optional.of(ApprovalMismatch.NARROWER_SCOPE);
        }
        if (!allows(approval, need.repoRevision())) {
            return Optional.of(ApprovalMismatch.OTHER_REVISION);
        }
        if (bound != null && !bound.equals(need.runRequestId())) {
            return Optional.of(ApprovalMismatch.BOUND);
        }
        boolean ownWork = approval.approvedBy().equals(need.requestedBy()) || approval.isByAuthor();
        if (aboveDryRun && need.fourEyes() && ownWork) {
            return Optional.of(ApprovalMismatch.FOUR_EYES);
        }
        boolean isolated = need.branch().startsWith("alloy/") || need.branch().equals(approval.branch());
        boolean mayCommit = need.scope().includes(ApprovalScope.COMMIT_PUSH);
        if (mayCommit && !isolated) {
            return Optional.of(ApprovalMismatch.BRANCH_NOT_ISOLATED);
        }
        // The last, so it says more: the same approval, given now, would fit.
        boolean tooEarly = need.notBefore() != null && !approval.createdAt().isAfter(need.notBefore());
        return tooEarly ? Optional.of(ApprovalMismatch.GIVEN_BEFORE) : Optional.empty();
    }

    /** All approvals of a brief, whatever became of them. */
    @Transactional(readOnly = true)
    public List<Approval> ofBrief(String organizationId, String briefId) {
        return approvals.all(Caller.system(organizationId), Map.of("formationBriefId", briefId));
    }

    /** Why none of the approvals covers the need, each by its own reason. */
    public static Set<ApprovalMismatch> misfits(List<Approval> given, Requirement need, Instant now) {
        return given.stream()
                .map(approval -> misfit(approval, need, now))
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ApprovalMismatch.class)));
    }

    /**
     * Ends an approval by a person's decision: what has not started under it does not start. Refused: {@code invalid-transition}
     * for one that has ended.
     */
    public Approval revoke(Caller caller, String id, String reason) {
        Approval visible = get(caller, id);
        lock.take(caller, visible.formationBriefId());
        Approval approval = approvals.reread(caller, id);
        caller.require(approval.scope().authority());
        Instant now = clock.now();
        if (!approval.hasNotEnded(now)) {
            throw WrongState.refusal(
                    "The approval is " + approval.status(now).wireName() + " already.",
                    approval.status(now).wireName(),
                    "Nothing is left to revoke: no run starts under this approval. Approvals of the brief that are still valid: GET /api/approvals?formation_brief_id="
                            + approval.formationBriefId() + " with the status active or bound.");
        }
        approval.revoke(caller.name(), reason, now);
        audit.append(AuditFact.of(
                        caller.actor(),
                        "approval.revoked",
                        approval.organizationId(),
                        approval.projectId(),
                        "approval",
                        approval.id())
                .with("reason", reason)
                .digests(approval.briefDigest(), approval.briefDigest()));
        approvals.flush();
        events.publishEvent(new ApprovalRevoked(approval));
        return approval;
    }

    /**
     * Binds an approval above dry_run to the one run that it lets go on. One that is being revoked at this moment is
     * either bound before or not at all.
     *
     * @return whether it is bound to this run now; false where it is another's, or has ended
     */
    public boolean bind(String organizationId, String id, String runRequestId) {
        return jdbc.sql("""
                        with good as (
                            select organization_id, project_id, id from approvals
                            where organization_id = :organization and id = :approval and scope <> 'dry_run'
                              and revoked_at is null and voided_at is null
                              and expires_at > greatest(alloy_now(), clock_timestamp())
                            for share),
                        made as (
                            insert into approval_bindings (approval_id, organization_id, project_id, run_request_id)
                            select id, organization_id, project_id, :run from good
                            on conflict do nothing
                            returning run_request_id)
                        select exists (select 1 from made)
                            or exists (
                                select 1 from approval_bindings n join good on good.id = n.approval_id
                                where n.organization_id = :organization and n.run_request_id = :run)
                        """)
                .param("organization", organizationId)
                .param("approval", id)
                .param("run", runRequestId)
                .query(Boolean.class)
                .single();
    }

    /** The approvals that were bound to a run which never started are free for others. Answers them. */
    public List<Approval> free(String organizationId, String runRequestId) {
        return jdbc
                .sql("""
                        delete from approval_bindings
                        where organization_id = :organization and run_request_id = :run returning approval_id
                        """)
                .param("organization", organizationId)
                .param("run", runRequestId)
                .query(String.class)
                .list()
                .stream()
                .map(id -> approvals.reread(Caller.system(organizationId), id))
                .toList();
    }

    /**
     * Whether the approval lets this revision run. Revisions may be shortened, so one matches when either begins with
     * the other's digits.
     */
    public static boolean allows(Approval approval, String revision) {
        return approval.driftPolicy() == DriftPolicy.ANY_RECORDED
                || Revisions.areOne(revision, approval.repoRevision());
    }

    private static ProblemException notFound() {
        return ProblemType.NOT_FOUND.because("No such approval.");
    }
}
