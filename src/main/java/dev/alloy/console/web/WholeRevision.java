package dev.alloy.console.web;

import dev.alloy.compilation.ApprovalScope;
import dev.alloy.contract.Revisions;
import dev.alloy.run.AwaitingApproval;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The revision that an approval is for. What lets code be changed names all digits of it; where the run has fewer, the
 * reviewer says which commit they mean. Pure. Source: access.md, “Rules”.
 *
 * @param used the one to approve: the whole one where one was named that the run's begins, else the run's own
 * @param missing whether a whole one has to be named before anything can be approved
 * @param named the revision that was named; empty for none
 * @param wrong why that is not it; null for nothing wrong
 */
record WholeRevision(
        String used,
        boolean missing,
        String named,
        @Nullable String wrong) {

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** What is approved when this was named. */
    static WholeRevision of(AwaitingApproval waiting, @Nullable String sent) {
        String revision = waiting.run().repoRevision();
        boolean incomplete = waiting.scope() != ApprovalScope.DRY_RUN && !Revisions.isComplete(revision);
        String named = sent == null ? "" : sent.strip().toLowerCase(Locale.ROOT);
        if (!incomplete) {
            return new WholeRevision(revision, false, "", null);
        }
        if (named.isEmpty() || named.equals(revision)) {
            return new WholeRevision(revision, true, "", null);
        }
        if (!DIGITS.matcher(named).matches()) {
            return new WholeRevision(
                    revision,
                    true,
                    named,
                    "A whole revision has 40 or 64 digits from 0 to 9 and a to f. You named " + named.length() + ".");
        }
        if (!named.startsWith(revision)) {
            return new WholeRevision(
                    revision,
                    true,
                    named,
                    "That is a different commit: this run is for one that begins with " + revision + ".");
        }
        return new WholeRevision(named, false, named, null);
    }
}
