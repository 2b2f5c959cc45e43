package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.EntityTag;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes approvals and says which of them fits a run. Source: access.md, “Rules”. */
@Service
@Transactional
public class Approvals {

    private static final Duration DEFAULT_LIFE = Duration.ofDays(7);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);

    private final Briefs briefs;
    private final ApprovalRepository approvals;
    private final BriefLock lock;
    private final Targets targets;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    Approvals(
            Briefs briefs,
            ApprovalRepository approvals,
            BriefLock lock,
            Targets targets,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events) {
        this.briefs = briefs;
        this.approvals = approvals;
        this.lock = lock;
        this.targets = targets;
        this.clock = clock;
        this.audit = audit;
        this.events = events;
    }

    /** What a person decided. */
    public record Decision(
            ApprovalScope scope,
            String repoRevision,
            DriftPolicy driftPolicy,
            @Nullable String promptPackId,
            @Nullable Instant expiresAt,
            @Nullable String branch,
            @Nullable String comment) {}

    /** What an approval is asked to cover. */
    public record Need(
            String formationBriefId,
            String briefDigest,
            String promptPackDigest,
            ApprovalScope scope,
            String repoRevision) {}

    /**
     * Approves the brief's bytes, a prompt pack's bytes and its overlays.
     *
     * @param ifMatch the brief's entity tag; honoured where sent
     */
    public Approval approve(Caller caller, String briefId, @Nullable String ifMatch, Decision decision) {
        Brief brief = lock.take(caller, briefId);
        EntityTag.honour(ifMatch, Briefs.tag(brief, targets.evaluate(brief)));
        caller.require(decision.scope().authority());
        refuseBeyondDryRun(decision);
        Instant now = clock.now();
        Instant expiresAt = expiry(decision, now);
        PromptPack pack = briefs.referencedPack(caller, briefId, decision.promptPackId(), "/prompt_pack_id");
        List<GateOverlay> overlays = briefs.overlaysOf(caller, briefId);
        refuseUnlessApprovable(brief, overlays);
        List<GateOverlay> accepted = briefs.overlaysInUse(caller, briefId);

        var approval = new Approval(
                Ids.next("appr"),
                brief,
                pack,
                accepted.stream().map(GateOverlay::digest).toList(),
                decision,
                caller.name(),
                now,
                expiresAt);
        approvals.add(approval);
        accepted.forEach(overlay -> overlay.accept(caller.name(), now));
        brief.approved(caller.name(), now);
        audit.append(AuditFact.of(
                        caller.actor(),
                        "approval.given",
                        brief.organizationId(),
                        brief.projectId(),
                        "approval",
                        approval.id())
                .with("formation_brief_id", brief.id())
                .with("scope", decision.scope())
                .with("repo_revision", decision.repoRevision())
                .digests(null, brief.digest()));
        events.publishEvent(new BriefApproved(caller, approval));
        return approval;
    }

    /** Wider scopes are bound to single runs; until they are, none is given, so that no run above dry_run can be queued. */
    private static void refuseBeyondDryRun(Decision decision) {
        if (decision.scope() != ApprovalScope.DRY_RUN) {
            throw Bodies.refusal("/scope", "not-available", "Only approvals of scope dry_run are given for now.");
        }
    }

    private static Instant expiry(Decision decision, Instant now) {
        Instant expiresAt = decision.expiresAt();
        if (expiresAt == null) {
            return now.plus(DEFAULT_LIFE);
        }
        if (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST_LIFE))) {
            throw Bodies.refusal("/expires_at", "out-of-range", "An approval ends in the future, within 30 days.");
        }
        return expiresAt;
    }

    private static void refuseUnlessApprovable(Brief brief, List<GateOverlay> overlays) {
        if (!brief.status().isInUse()) {
            throw ProblemType.BRIEF_NOT_APPROVABLE
                    .because("The brief is " + brief.status().wireName() + ".")
                    .with("state", brief.status().wireName());
        }
        overlays.stream().filter(GateOverlay::blocksApproval).findFirst().ifPresent(overlay -> {
            throw ProblemType.BRIEF_NOT_APPROVABLE.because(
                    "Its gate overlay of mode " + overlay.mode() + " was rejected.");
        });
    }

    /** The approval that a run was queued under; it is there as long as the run is. */
    @Transactional(readOnly = true)
    public Approval of(String organizationId, String id) {
        return approvals.find(Caller.system(organizationId), id).orElseThrow();
    }

    /** Whether a reported revision is the approved one: it begins with its digits. */
    public static boolean matches(String reported, String approved) {
        return reported.startsWith(approved);
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

    /** The narrowest approval that is good now and covers the need; the newest of several. */
    @Transactional(readOnly = true)
    public Optional<Approval> fitting(Caller caller, Need need, Instant now) {
        return approvals.all(caller, Map.of("formationBriefId", need.formationBriefId())).stream()
                .filter(approval -> fits(approval, need, now))
                .min((one, other) -> one.scope() == other.scope()
                        ? other.createdAt().compareTo(one.createdAt())
                        : one.scope().compareTo(other.scope()));
    }

    /** Whether the approval is good now and covers the need. */
    public static boolean fits(Approval approval, Need need, Instant now) {
        return approval.status(now).equals("active")
                && approval.formationBriefId().equals(need.formationBriefId())
                && approval.briefDigest().equals(need.briefDigest())
                && approval.promptPackDigest().equals(need.promptPackDigest())
                && approval.scope().includes(need.scope())
                && allows(approval, need.repoRevision());
    }

    /**
     * Whether the approval lets this revision run. Revisions may be shortened, so that one matches when either begins with the
     * other's digits.
     */
    public static boolean allows(Approval approval, String revision) {
        return approval.driftPolicy() == DriftPolicy.ANY_RECORDED
                || revision.startsWith(approval.repoRevision())
                || approval.repoRevision().startsWith(revision);
    }

    private static ProblemException notFound() {
        return ProblemType.NOT_FOUND.because("No such approval.");
    }
}
