package dev.alloy.account;

import dev.alloy.contract.Revisions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the runner itself read from the working copy, before and after Foundry's work. Every part is null where it was
 * not read. Source: witnesses.md, “The account”.
 *
 * @param headBefore the commit that HEAD named
 * @param branchBefore the branch that was checked out; {@code HEAD} where none was
 * @param treeBefore the tree of all files as they lay there, committed or not
 * @param cleanBefore whether everything was committed
 * @param otherRefs branches, tags or stashes that are new or were moved, but for the run's own branch; null if not
 *     looked at
 */
record RunnerObservations(
        @Nullable String headBefore,
        @Nullable String headAfter,
        @Nullable String branchBefore,
        @Nullable String branchAfter,
        @Nullable String treeBefore,
        @Nullable String treeAfter,
        @Nullable Boolean cleanBefore,
        @Nullable Boolean cleanAfter,
        @Nullable List<String> otherRefs) {

    /** Nothing was looked at. */
    static final RunnerObservations NOTHING =
            new RunnerObservations(null, null, null, null, null, null, null, null, null);

    static RunnerObservations of(JsonNode observed) {
        return new RunnerObservations(
                text(observed, "head_before"),
                text(observed, "head_after"),
                text(observed, "branch_before"),
                text(observed, "branch_after"),
                text(observed, "tree_before"),
                text(observed, "tree_after"),
                flag(observed, "clean_before"),
                flag(observed, "clean_after"),
                WorkingCopyFacts.texts(observed.path("other_refs")));
    }

    private static @Nullable String text(JsonNode observed, String member) {
        return observed.path(member).asStringOpt().orElse(null);
    }

    private static @Nullable Boolean flag(JsonNode observed, String member) {
        JsonNode value = observed.path(member);
        return value.isBoolean() ? value.booleanValue() : null;
    }

    /** Whether HEAD names another commit afterwards; null if not looked at. */
    @Nullable
    Boolean headMoved() {
        return headBefore == null || headAfter == null ? null : !Revisions.areOne(headBefore, headAfter);
    }

    /** Whether some file is different afterwards; null if not looked at. */
    @Nullable
    Boolean treeChanged() {
        if (treeBefore != null && treeAfter != null) {
            return !treeBefore.equals(treeAfter);
        }
        // A copy that was clean before and is not after has changed, whoever looked at trees.
        return Boolean.TRUE.equals(cleanBefore) && Boolean.FALSE.equals(cleanAfter) ? true : null;
    }

    /** Whether the working copy is as it was, commits and files; null where that is not known. */
    @Nullable
    Boolean unchanged() {
        Boolean moved = headMoved();
        Boolean changed = treeChanged();
        if (Boolean.TRUE.equals(moved) || Boolean.TRUE.equals(changed)) {
            return false;
        }
        return moved == null || changed == null ? null : true;
    }

    /** Whether the branch that is checked out afterwards is another than before; null if not looked at. */
    @Nullable
    Boolean branchLeft() {
        return branchBefore == null || branchAfter == null ? null : !branchBefore.equals(branchAfter);
    }
}
