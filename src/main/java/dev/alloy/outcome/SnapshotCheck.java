package dev.alloy.outcome;

import dev.alloy.compilation.Approval;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.run.RunRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of what was executed with what was requested and approved.
 *
 * @param check what is compared
 * @param expected what was requested or approved
 * @param actual what was reported; null when nothing was
 * @param passed whether they agree
 */
public record SnapshotCheck(
        String check, String expected, @Nullable String actual, boolean passed) {

    /** The exact-snapshot checks of a result. Source: outcome.md, “Ingesting a result”. */
    static List<SnapshotCheck> of(RunRequest run, Approval approval, ReportedResult result) {
        String revision = result.text("repo_revision_before");
        boolean revisionAllowed = approval.driftPolicy() == DriftPolicy.ANY_RECORDED
                || Approvals.matches(revision, approval.repoRevision());
        return List.of(
                equal("brief_id", run.formationBriefId(), result),
                equal("brief_digest", run.briefDigest(), result),
                equal("project_id", run.projectId(), result),
                equal("throttle", run.throttle(), result),
                equal("entry_event", run.entryEvent(), result),
                new SnapshotCheck("repo_revision_before", approval.repoRevision(), revision, revisionAllowed));
    }

    private static SnapshotCheck equal(String member, String expected, ReportedResult result) {
        String actual = result.text(member);
        return new SnapshotCheck(member, expected, actual, expected.equals(actual));
    }
}
