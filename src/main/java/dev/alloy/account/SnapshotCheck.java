package dev.alloy.account;

import dev.alloy.account.AccountInputs.Approved;
import dev.alloy.contract.Revisions;
import java.util.ArrayList;
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

    /**
     * The exact-snapshot checks of a result. A revision that was not read is not compared: its absence is told
     * elsewhere. Source: outcome.md, “Ingesting a result”.
     */
    public static List<SnapshotCheck> of(Approved approved, ReportedResult result) {
        List<SnapshotCheck> checks = new ArrayList<>();
        checks.add(equal("brief_id", approved.briefId(), result));
        checks.add(equal("brief_digest", approved.briefDigest(), result));
        checks.add(equal("project_id", approved.projectId(), result));
        checks.add(equal("throttle", approved.throttle(), result));
        checks.add(equal("entry_event", approved.entryEvent(), result));
        String told = result.optional("repo_revision_before");
        String observed = result.observed().headBefore();
        if (told != null) {
            checks.add(revision("repo_revision_before", approved, told));
        }
        if (observed != null) {
            checks.add(revision("observed.head_before", approved, observed));
        }
        return List.copyOf(checks);
    }

    private static SnapshotCheck revision(String check, Approved approved, String revision) {
        boolean allowed = approved.anyRevision() || Revisions.matches(revision, approved.revision());
        return new SnapshotCheck(check, approved.revision(), revision, allowed);
    }

    private static SnapshotCheck equal(String member, String expected, ReportedResult result) {
        String actual = result.text(member);
        return new SnapshotCheck(member, expected, actual, expected.equals(actual));
    }
}
