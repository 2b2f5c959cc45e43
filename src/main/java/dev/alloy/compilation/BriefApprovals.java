package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.access.Projects;
import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.contract.Revisions;
import dev.alloy.database.DatabaseClock;
import dev.alloy.database.Ids;
import dev.alloy.http.Bodies;
import dev.alloy.http.EntityTag;
import dev.alloy.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Approves briefs. Source: access.md, “Rules”. */
@Service
@Transactional
public class BriefApprovals {

    private static final Duration DEFAULT_LIFE = Duration.ofDays(7);
    private static final Duration LONGEST_LIFE = Duration.ofDays(30);

    private final Briefs briefs;
    private final ApprovalRepository approvals;
    private final BriefLock lock;
    private final Authors authors;
    private final Targets targets;
    private final Projects projects;
    private final WaitingRuns waiting;
    private final Approvability approvability;
    private final DatabaseClock clock;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;

    BriefApprovals(
            Briefs briefs,
            ApprovalRepository approvals,
            BriefLock lock,
            Authors authors,
            Targets targets,
            Projects projects,
            WaitingRuns waiting,
            Approvability approvability,
            DatabaseClock clock,
            AuditLog audit,
            ApplicationEventPublisher events) {
        this.briefs = briefs;
        this.approvals = approvals;
        this.lock = lock;
        this.authors = authors;
        this.targets = targets;
        this.projects = projects;
        this.waiting = waiting;
        this.approvability = approvability;
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
            @Nullable String comment) {

        /** Keeps the instant as exactly as the database does, so the same decision again is equal to what was stored. */
        public Decision {
            expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /**
     * An approval, and what it does for the runs of its brief.
     *
     * @param runs those that waited; those that fit are in the queue now, under a repetition as well
     * @param replayed whether the approval was there before the call
     */
    public record Given(Approval approval, List<WaitingRun> runs, boolean replayed) {

        /** Copies the list. */
        public Given {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Approves the brief's bytes, a prompt pack's bytes and its overlays. The same decision again answers the first
     * approval, while that is active and bound to no run; a run that this one fits by now is queued under it.
     *
     * <p>Refused: {@code authority-missing}, {@code precondition-failed}, {@code invalid-body}, {@code unknown-reference},
     * {@code brief-not-approvable}, {@code approval-never-fits}, {@code four-eyes}.
     *
     * @param ifMatch the brief's entity tag; honoured where sent
     */
    public Given approve(Caller caller, String briefId, @Nullable String ifMatch, Decision decision) {
        return approve(caller, briefId, ifMatch, decision, null);
    }

    /** The same by a person who looked at one run: that run takes the approval before others that it would fit as well. */
    public Given approveFor(Caller caller, String briefId, String runId, Decision decision) {
        return approve(caller, briefId, null, decision, runId);
    }

    private Given approve(
            Caller caller, String briefId, @Nullable String ifMatch, Decision decision, @Nullable String runId) {
        Brief brief = lock.take(caller, briefId);
        Instant now = clock.now();
        PromptPack pack = briefs.referencedPack(caller, brief, decision.promptPackId(), "/prompt_pack_id");
        List<GateOverlay> inUse = briefs.overlaysInUse(caller, briefId);
        List<String> digests = inUse.stream().map(GateOverlay::digest).toList();
        Optional<Approval> first = caller.may(decision.scope().authority())
                ? earlier(caller, brief, pack, digests, decision, now)
                : Optional.empty();
        if (first.isPresent()) {
            return given(caller, first.get(), true, runId);
        }
        EntityTag.honour(ifMatch, Briefs.tag(brief, targets.evaluate(brief)));
        caller.require(decision.scope().authority());
        Instant expiresAt = expiry(decision, now);
        refuseUnlessApprovable(brief);
        boolean isAuthor = authors.includes(pack, caller.name());
        ApprovalFit.of(brief, decision).refuseWhatNeverFits(caller, isAuthor && wantsTwoPeople(brief));
        boolean byAuthor = decision.scope() != ApprovalScope.DRY_RUN && isAuthor;
        refuseAboveDryRun(brief, decision, byAuthor);

        var approval =
                new Approval(Ids.next("appr"), brief, pack, digests, decision, caller.name(), byAuthor, now, expiresAt);
        approvals.add(approval);
        inUse.forEach(overlay -> overlay.accept(caller.name(), now));
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
        return given(caller, approval, false, runId);
    }

    private Given given(Caller caller, Approval approval, boolean replayed, @Nullable String runId) {
        List<WaitingRun> runs = waiting.queueUnder(caller, approval, runId);
        return new Given(approvals.reread(caller, approval.id()), runs, replayed);
    }

    /** The approval that the same person gave by the same decision, while it is good and bound to no run. */
    private Optional<Approval> earlier(
            Caller caller, Brief brief, PromptPack pack, List<String> overlays, Decision decision, Instant now) {
        return approvals.all(caller, Map.of("formationBriefId", brief.id(), "approvedBy", caller.name())).stream()
                .filter(approval -> approval.status(now) == ApprovalStatus.ACTIVE)
                .filter(approval -> approval.promptPackId().equals(pack.id())
                        && approval.overlayDigests().equals(overlays))
                .filter(approval -> isOf(approval, decision))
                .filter(approval -> !approval.isByAuthor() || !wantsTwoPeople(brief))
                // Where a run asks for a newer one, the repetition is no repetition.
                .filter(approval -> !waiting.needNewerThan(approval))
                .findFirst();
    }

    private static boolean isOf(Approval approval, Decision decision) {
        Instant wanted = decision.expiresAt() == null ? approval.createdAt().plus(DEFAULT_LIFE) : decision.expiresAt();
        return approval.scope() == decision.scope()
                && approval.repoRevision().equals(decision.repoRevision())
                && approval.driftPolicy() == decision.driftPolicy()
                && Objects.equals(approval.branch(), decision.branch())
                && Objects.equals(approval.comment(), decision.comment())
                && approval.expiresAt().equals(wanted);
    }

    /** What lets code be changed names the revision in full, and is not given by who wrote what it approves. */
    private void refuseAboveDryRun(Brief brief, Decision decision, boolean byAuthor) {
        if (decision.scope() == ApprovalScope.DRY_RUN) {
            return;
        }
        if (!Revisions.isComplete(decision.repoRevision())) {
            throw Bodies.refusal(
                    "/repo_revision",
                    "incomplete-revision",
                    "Above dry_run, name the revision with all of its 40 or 64 digits.");
        }
        if (byAuthor && wantsTwoPeople(brief)) {
            throw ProblemType.FOUR_EYES
                    .because("You compiled this brief, or edited its prompts since another person approved them. Above"
                            + " dry_run another person with the authority '"
                            + decision.scope().authority().wireName() + "' approves it.")
                    .with("required_authority", decision.scope().authority().wireName());
        }
    }

    private boolean wantsTwoPeople(Brief brief) {
        return projects.get(Caller.system(brief.organizationId()), brief.projectId())
                .fourEyes();
    }

    private static Instant expiry(Decision decision, Instant now) {
        Instant expiresAt = decision.expiresAt();
        if (expiresAt == null) {
            return now.plus(DEFAULT_LIFE);
        }
        if (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST_LIFE))) {
            throw Bodies.refusal(
                    "/expires_at", "out-of-range", "An approval's expires_at lies in the future, within 30 days.");
        }
        return expiresAt;
    }

    private void refuseUnlessApprovable(Brief brief) {
        approvability.obstacle(brief).ifPresent(obstacle -> {
            throw ProblemType.BRIEF_NOT_APPROVABLE
                    .because(obstacle)
                    .with("state", brief.status().wireName());
        });
    }
}
