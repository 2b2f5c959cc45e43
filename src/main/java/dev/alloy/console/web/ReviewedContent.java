package dev.alloy.console.web;

import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.GateOverlay;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What the reviewer was shown: exactly this is approved, or nothing.
 *
 * @param overlays digests of the gate overlays, joined by spaces
 */
record ReviewedContent(String brief, String pack, String overlays, String revision, String branch, String scope) {

    /** The revision is the run's, or the whole one that was named. */
    static ReviewedContent of(RunRequest run, ApprovalScope scope, List<GateOverlay> overlays, String revision) {
        return new ReviewedContent(
                run.briefDigest(),
                run.promptPackDigest(),
                String.join(" ", overlays.stream().map(GateOverlay::digest).toList()),
                revision,
                run.branch(),
                scope.wireName());
    }

    /** What is different by now, a sentence each; empty where all is as it was. */
    List<String> changesTo(ReviewedContent now) {
        List<String> changes = new ArrayList<>();
        compare(changes, "The brief", brief, now.brief);
        compare(changes, "The prompt pack", pack, now.pack);
        compare(changes, "The set of gate overlays", overlays, now.overlays);
        compare(changes, "The revision", revision, now.revision);
        compare(changes, "The branch", branch, now.branch);
        compare(changes, "The scope that the run needs", scope, now.scope);
        return changes;
    }

    private static void compare(List<String> changes, String what, String then, String now) {
        if (!then.equals(now)) {
            changes.add(what + " changed: you were shown " + named(then) + ", and it is " + named(now) + ".");
        }
    }

    private static String named(String value) {
        return value.isEmpty() ? "none" : value.length() > 200 ? value.substring(0, 200) + "…" : value;
    }

    /** Whether an approval is of nothing else. */
    boolean isOf(Approval approval) {
        return approval.briefDigest().equals(brief)
                && approval.promptPackDigest().equals(pack)
                && String.join(" ", approval.overlayDigests()).equals(overlays)
                && approval.repoRevision().equals(revision)
                && approval.scope().wireName().equals(scope);
    }
}
