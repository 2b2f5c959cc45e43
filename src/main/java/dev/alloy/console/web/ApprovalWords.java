package dev.alloy.console.web;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.run.AwaitingApproval;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import org.jspecify.annotations.Nullable;

/** Says in a sentence what an approval allows, and why the reader cannot give it. */
final class ApprovalWords {

    private ApprovalWords() {}

    /**
     * What will happen when it is approved.
     *
     * @param revision the one that is approved
     */
    static String sentence(RunRequest run, ApprovalScope scope, String revision) {
        String where = run.projectId() + " at " + revision;
        return switch (scope) {
            case DRY_RUN ->
                run.effect().equals("mutating")
                        ? "Foundry may run " + run.entryEvent() + " in " + where
                                + " at dry run. This event changes the working copy even so."
                        : "Foundry may go through " + run.entryEvent() + " in " + where + " without changing anything.";
            case AUDIT_ONLY ->
                "Foundry may change files of " + where + " on the branch " + run.branch()
                        + ", once. Nothing verifies the changes.";
            case FULL ->
                "Foundry may change files of " + where + " on the branch " + run.branch()
                        + ", once. It does not commit them.";
            case COMMIT_PUSH -> "Foundry may commit to " + run.branch() + " of " + where + " and push, once.";
            case RELEASE ->
                "Foundry may commit to " + run.branch() + " of " + where + ", push, and cut a release, once.";
        };
    }

    /** How many runs an approval is for. */
    static String reach(ApprovalScope scope) {
        return scope == ApprovalScope.DRY_RUN
                ? "It holds for every run of this brief at dry run, until it ends."
                : "It is bound to this one run, and used up when the run starts.";
    }

    /** Whether an approval would let the run go on: it has none, or waits in the queue and its own has ended. */
    static boolean isToDecide(AwaitingApproval waiting) {
        RunStatus status = waiting.run().status();
        return status == RunStatus.AWAITING_APPROVAL
                || status == RunStatus.QUEUED && !waiting.reasons().isEmpty();
    }

    /** Whether a second person has to approve it. */
    static String fourEyes(RunRequest run, ApprovalScope scope, boolean wanted) {
        if (scope == ApprovalScope.DRY_RUN) {
            return "A dry run needs no second person.";
        }
        return wanted
                ? "Four eyes: a reviewer other than " + run.requestedBy()
                        + ", who neither compiled the brief nor edited its prompts, has to approve it."
                : "Four eyes are off in this project: no second person is needed.";
    }

    /** Why the reader cannot approve it; null where they can. */
    static @Nullable String refusal(RunRequest run, AwaitingApproval waiting) {
        if (!isToDecide(waiting)) {
            return "It is not waiting for approval: it is "
                    + Badge.of(run.status()).label() + ".";
        }
        String because = waiting.notByCallerBecause();
        if (because != null) {
            String authority = waiting.scope().authority().wireName();
            return switch (because) {
                case "four-eyes" ->
                    "Four eyes: you requested this run or wrote its prompts. Another person with the authority "
                            + authority + " has to approve it.";
                case "authority-missing" ->
                    "Approving requires the authority " + authority + ", which your token does not have.";
                // The reason that keeps everybody from it is the explanation's.
                default ->
                    waiting.reasons().get(0).detail() + " "
                            + waiting.reasons().get(0).remedy();
            };
        }
        return null;
    }
}
