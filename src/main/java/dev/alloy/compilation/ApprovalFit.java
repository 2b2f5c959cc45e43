package dev.alloy.compilation;

import dev.alloy.access.Caller;
import dev.alloy.contract.Revisions;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether an approval can fit any run of a brief, and what would fit instead. Pure. Source: access.md, “Rules”.
 *
 * @param least the scope that every run of the brief needs
 * @param tooNarrow whether the decision reaches less far than that
 * @param elsewhere whether it holds at a revision only that no run of the brief has
 */
record ApprovalFit(
        Brief brief, BriefApprovals.Decision decision, ApprovalScope least, boolean tooNarrow, boolean elsewhere) {

    static ApprovalFit of(Brief brief, BriefApprovals.Decision decision) {
        ApprovalScope least = ApprovalScope.neededFor(brief.entryEvent(), "dry_run");
        return new ApprovalFit(
                brief,
                decision,
                least,
                !decision.scope().includes(least),
                decision.driftPolicy() == DriftPolicy.EXACT
                        && !Revisions.areOne(decision.repoRevision(), brief.repoRevision()));
    }

    /**
     * Refuses with {@code approval-never-fits} what no run could use.
     *
     * @param onlyDryRun whether the caller, as an author, gives no approval above dry_run of this brief
     */
    void refuseWhatNeverFits(Caller caller, boolean onlyDryRun) {
        if (!tooNarrow && !elsewhere) {
            return;
        }
        boolean needsAnother = scope() != ApprovalScope.DRY_RUN && onlyDryRun || !caller.may(scope().authority());
        ProblemException refusal = ProblemType.APPROVAL_NEVER_FITS
                .because("No run of this brief can ever use this approval.")
                .with("would_fit", wouldFit())
                .remedy((needsAnother
                                ? "Have another person, with the authority '"
                                        + scope().authority().wireName() + "', approve with"
                                : "Approve with")
                        + " the values in 'would_fit'"
                        + (revision().isPresent() ? "" : " and, as 'repo_revision', " + wholeRevision())
                        + "; or compile the intent again for the revision that you want to approve.");
        if (tooNarrow) {
            refusal.at(
                    "/scope",
                    "narrower-than-brief",
                    "Every run of " + brief.entryEvent() + " needs the scope " + least.wireName()
                            + ", which takes the authority '"
                            + least.authority().wireName() + "'.");
        }
        if (elsewhere) {
            refusal.at(
                    "/repo_revision",
                    "not-the-briefs",
                    "The brief is for " + brief.repoRevision()
                            + ", and with the drift policy 'exact' nothing else runs."
                            + (revision().isPresent() ? "" : " Name " + wholeRevision() + "."));
        } else if (revision().isEmpty()) {
            refusal.at("/repo_revision", "incomplete-revision", "Above dry_run it is " + wholeRevision() + ".");
        }
        throw refusal;
    }

    private String wholeRevision() {
        return "all 40 or 64 digits of the commit that begins with " + brief.repoRevision()
                + " (the brief has no more of them)";
    }

    /** What would be taken as it stands here; without a revision where none is known in full that has to be. */
    private Map<String, String> wouldFit() {
        Map<String, String> fitting = new LinkedHashMap<>();
        revision().ifPresent(revision -> fitting.put("repo_revision", revision));
        fitting.put("scope", scope().wireName());
        fitting.put("branch", brief.branch());
        return fitting;
    }

    private ApprovalScope scope() {
        return tooNarrow ? least : decision.scope();
    }

    private Optional<String> revision() {
        String sent = decision.repoRevision();
        if (scope() == ApprovalScope.DRY_RUN || Revisions.isComplete(brief.repoRevision())) {
            return Optional.of(brief.repoRevision());
        }
        return !elsewhere && Revisions.isComplete(sent) ? Optional.of(sent) : Optional.empty();
    }
}
