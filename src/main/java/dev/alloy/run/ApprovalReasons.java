package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approvability;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalMismatch;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.contract.Revisions;
import dev.alloy.database.DatabaseClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Says why a run has no approval that counts: to the explanation, to the inbox and to whoever approves. */
@Component
@Transactional(readOnly = true)
class ApprovalReasons {

    private final Approvals approvals;
    private final Approvability approvability;
    private final Briefs briefs;
    private final ApprovalRequirements needs;
    private final DatabaseClock clock;

    ApprovalReasons(
            Approvals approvals,
            Approvability approvability,
            Briefs briefs,
            ApprovalRequirements needs,
            DatabaseClock clock) {
        this.approvals = approvals;
        this.approvability = approvability;
        this.briefs = briefs;
        this.needs = needs;
        this.clock = clock;
    }

    /** Why the run waits for an approval, or for another one; empty for a run whose approval counts. */
    List<DispatchReason> of(RunRequest run, Brief brief) {
        return of(run, brief, () -> approvals.ofBrief(run.organizationId(), run.formationBriefId()), clock.now());
    }

    /** The code of the first reason of each run of a brief that has one, by the run's id. */
    Map<String, String> codes(String organizationId, String briefId, List<RunRequest> runs) {
        Map<String, String> codes = new HashMap<>();
        if (!runs.isEmpty()) {
            Brief brief = briefs.get(Caller.system(organizationId), briefId);
            List<Approval> given = approvals.ofBrief(organizationId, briefId);
            Instant now = clock.now();
            for (RunRequest run : runs) {
                of(run, brief, () -> given, now).stream()
                        .findFirst()
                        .ifPresent(reason -> codes.put(run.id(), reason.code()));
            }
        }
        return codes;
    }

    private List<DispatchReason> of(RunRequest run, Brief brief, Supplier<List<Approval>> given, Instant now) {
        return run.status() == RunStatus.AWAITING_APPROVAL
                ? awaited(run, brief, given, now)
                : ended(run, brief, now).stream().toList();
    }

    private Optional<DispatchReason> ended(RunRequest run, Brief brief, Instant now) {
        if (run.approvalId() == null) {
            return Optional.empty();
        }
        Approval approval = approvals.of(run.organizationId(), run.approvalId());
        return switch (approval.status(now)) {
            case EXPIRED ->
                Optional.of(new DispatchReason(
                        "approval-expired",
                        "The approval ended at " + approval.expiresAt() + ".",
                        "Have the brief approved again."));
            case STALE, REVOKED ->
                Optional.of(new DispatchReason(
                        "approval-stale",
                        end(approval),
                        brief.status().isInUse()
                                ? "Have the brief approved again, with the prompt pack of this run."
                                : "Compile the intent again and request a run of that brief; cancel this one."));
            case ACTIVE, BOUND -> Optional.empty();
        };
    }

    private static String end(Approval approval) {
        if ("prompt_edited".equals(approval.voidedBecause())) {
            return "The prompts were edited at " + approval.voidedAt() + ", after they had been approved.";
        }
        return approval.voidedAt() == null
                ? "The approval was revoked."
                : "The brief was archived at " + approval.voidedAt() + ".";
    }

    private List<DispatchReason> awaited(RunRequest run, Brief brief, Supplier<List<Approval>> given, Instant now) {
        Optional<String> obstacle = approvability.obstacle(brief);
        if (obstacle.isPresent()) {
            return List.of(new DispatchReason(
                    "brief-not-approvable",
                    "No approval can be given. " + obstacle.get(),
                    "Compile the intent again and request a run of that brief; cancel or decline this one."));
        }
        Approvals.Requirement need = needs.of(run);
        Set<ApprovalMismatch> misfits = Approvals.misfits(given.get(), need, now);
        List<DispatchReason> reasons = new ArrayList<>();
        if (misfits.contains(ApprovalMismatch.FOUR_EYES)) {
            reasons.add(new DispatchReason(
                    "four-eyes",
                    "There is an approval, but its author also requested the run, compiled the brief or edited its prompts.",
                    "Have a different person approve it."));
        }
        if (misfits.contains(ApprovalMismatch.BRANCH_NOT_ISOLATED)) {
            reasons.add(new DispatchReason(
                    "branch-not-isolated",
                    "The run may commit, and " + run.branch() + " is neither below alloy/ nor named by an approval.",
                    "Compile for a branch below alloy/, or name the branch in the approval."));
        }
        if (reasons.isEmpty()) {
            reasons.add(new DispatchReason(
                    "awaiting-approval",
                    "No approval fits yet: brief " + brief.digest() + " with prompt pack " + run.promptPackDigest()
                            + " at revision " + run.repoRevision() + ", of scope "
                            + need.scope().wireName() + " at least." + inWords(misfits),
                    "Have the brief approved with this prompt pack, at this revision"
                            + (isNamedTooShortly(need) ? " (with all its 40 or 64 digits)" : "")
                            + ", and of that scope."));
        }
        return reasons;
    }

    /** Whether the run's revision has not enough digits to be approved as it stands. */
    static boolean isNamedTooShortly(Approvals.Requirement need) {
        return need.scope() != ApprovalScope.DRY_RUN && !Revisions.isComplete(need.repoRevision());
    }

    private static String inWords(Set<ApprovalMismatch> misfits) {
        return misfits.isEmpty()
                ? ""
                : " Those given do not fit: "
                        + String.join(
                                "; ",
                                misfits.stream().map(ApprovalReasons::inWords).toList())
                        + ".";
    }

    /** Why an approval does not fit a run: a clause, which “it” begins. */
    static String inWords(ApprovalMismatch misfit) {
        return switch (misfit) {
            case ENDED -> "it expired, was revoked or went stale";
            case OTHER_WORDS -> "it is for different prompts than the run's";
            case NARROWER_SCOPE -> "its scope is too small for the run";
            case OTHER_REVISION -> "it is for a different revision";
            case BOUND -> "it is bound to a different run";
            case FOUR_EYES -> "its author also requested the run, compiled the brief or edited its prompts";
            case BRANCH_NOT_ISOLATED ->
                "the run may commit, and its branch is neither below alloy/ nor the one it names";
            case GIVEN_BEFORE -> "it was given before this run was requested again, or before a restore";
        };
    }
}
