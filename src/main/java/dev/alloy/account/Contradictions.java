package dev.alloy.account;

import dev.alloy.contract.Revisions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds contradictions between what was seen of a run and what was approved or reported. One about the run itself voids
 * its automated evidence; one about lists only is a finding. Pure. Source: witnesses.md, rules 2 and 4.
 *
 * @param ofRun about the run itself
 * @param findings what else a person should know of
 */
record Contradictions(List<OfRun> ofRun, List<RunFinding> findings) {

    private static final int NAMED = 10;

    /**
     * One that is about the run.
     *
     * @param finding what it is
     * @param fails whether the run is recorded as failed for it
     */
    record OfRun(RunFinding finding, boolean fails) {}

    static Contradictions of(AccountInputs material, WorkingCopyFacts copy, List<TracedRun> traces) {
        List<OfRun> ofRun = new ArrayList<>();
        mismatches(material, ofRun);
        outsideBranch(material, copy).ifPresent(finding -> ofRun.add(new OfRun(finding, true)));
        wrongCopy(copy, traces).ifPresent(finding -> ofRun.add(new OfRun(finding, true)));
        changedWhileReading(material, copy).ifPresent(finding -> ofRun.add(new OfRun(finding, false)));
        leftBranch(material, copy)
                .filter(finding -> ofRun.stream().noneMatch(OfRun::fails))
                .ifPresent(finding -> ofRun.add(new OfRun(finding, false)));
        revisions(material, copy).ifPresent(finding -> ofRun.add(new OfRun(finding, false)));
        impossibleTree(copy).ifPresent(finding -> ofRun.add(new OfRun(finding, false)));
        List<RunFinding> findings = new ArrayList<>();
        notClean(copy).ifPresent(findings::add);
        otherRefs(copy).ifPresent(findings::add);
        traces.forEach(trace -> lists(copy, trace, findings));
        return new Contradictions(
                List.copyOf(ofRun), findings.stream().distinct().toList());
    }

    private static void mismatches(AccountInputs material, List<OfRun> found) {
        List<String> sentences = material.traces().stream()
                .flatMap(trace -> trace.mismatches().stream())
                .distinct()
                .limit(5)
                .toList();
        if (!sentences.isEmpty()) {
            found.add(new OfRun(
                    RunFinding.safety(
                            "trace-mismatch",
                            "The run's own trace shows something other than what was approved: "
                                    + String.join(" ", sentences)),
                    true));
        }
    }

    private static boolean isOther(@Nullable String branch, String own) {
        return branch != null && !branch.equals(own);
    }

    /** A run that only reads may be on any branch; whoever commits has to be on the approved one. */
    private static Optional<RunFinding> outsideBranch(AccountInputs material, WorkingCopyFacts copy) {
        String own = material.run().branch();
        String after = copy.observed().branchAfter();
        boolean stayed = material.run().readOnly()
                && Boolean.FALSE.equals(copy.observed().branchLeft());
        return Boolean.TRUE.equals(copy.headMoved()) && isOther(after, own) && !stayed
                ? Optional.of(RunFinding.safety(
                        "commit-outside-branch",
                        "After the run the working copy was on " + named(String.valueOf(after))
                                + ", not on the approved branch " + own + "; commits there: " + copy.commitsInWords()
                                + "."))
                : Optional.empty();
    }

    private static String named(String branch) {
        return branch.equals("HEAD") ? "no branch" : "the branch " + branch;
    }

    private static Optional<RunFinding> wrongCopy(WorkingCopyFacts copy, List<TracedRun> traces) {
        if (!Boolean.FALSE.equals(copy.headMoved())) {
            return Optional.empty();
        }
        boolean traced = traces.stream().anyMatch(TracedRun::commits);
        boolean reported = Boolean.TRUE.equals(WorkingCopyFacts.some(copy.reportedCommits()));
        return traced || reported
                ? Optional.of(RunFinding.safety(
                        "wrong-working-copy",
                        "The " + (traced ? "trace" : "report")
                                + " shows a commit, but HEAD of the run's working copy did not move" + " from "
                                + copy.before()
                                + ": the commit was made somewhere else. Compare Foundry's registry with the path that the"
                                + " runner uses, and restart foundryd."))
                : Optional.empty();
    }

    private static Optional<RunFinding> changedWhileReading(AccountInputs material, WorkingCopyFacts copy) {
        if (!material.run().readOnly()) {
            return Optional.empty();
        }
        if (Boolean.TRUE.equals(copy.headMoved())) {
            return Optional.of(RunFinding.safety(
                    "head-moved",
                    "HEAD moved from " + copy.before() + " to " + copy.after() + " during a run that only reads."));
        }
        return Boolean.TRUE.equals(copy.observed().treeChanged())
                ? Optional.of(RunFinding.safety(
                        "tree-changed", "Files of the working copy changed during a run that only reads."))
                : Optional.empty();
    }

    private static Optional<RunFinding> leftBranch(AccountInputs material, WorkingCopyFacts copy) {
        RunnerObservations observed = copy.observed();
        boolean left = Boolean.TRUE.equals(observed.branchLeft());
        boolean elsewhere = !material.run().readOnly()
                && isOther(observed.branchAfter(), material.run().branch());
        return left || elsewhere
                ? Optional.of(RunFinding.safety(
                        "branch-left",
                        "After the run the working copy was on " + named(String.valueOf(observed.branchAfter()))
                                + (observed.branchBefore() == null
                                        ? ", not on " + material.run().branch() + "."
                                        : "; before it was on " + named(observed.branchBefore()) + ".")))
                : Optional.empty();
    }

    /** The revision is told up to three times: at the start, in the result, and by the observer. */
    private static Optional<RunFinding> revisions(AccountInputs material, WorkingCopyFacts copy) {
        Set<String> before = new TreeSet<>();
        Optional.ofNullable(material.run().startedRevision()).ifPresent(before::add);
        AccountInputs.Reported reported = material.result();
        if (reported != null) {
            Optional.ofNullable(reported.result().optional("repo_revision_before"))
                    .ifPresent(before::add);
        }
        Optional.ofNullable(copy.observed().headBefore()).ifPresent(before::add);
        Set<String> after = new TreeSet<>();
        if (reported != null) {
            Optional.ofNullable(reported.result().optional("repo_revision_after"))
                    .ifPresent(after::add);
        }
        Optional.ofNullable(copy.observed().headAfter()).ifPresent(after::add);
        for (Set<String> told : List.of(before, after)) {
            if (!areOne(told)) {
                return Optional.of(RunFinding.safety(
                        "revision-differs",
                        "The run's own reports name different revisions: "
                                + told.stream().collect(Collectors.joining(", ")) + "."));
            }
        }
        return Optional.empty();
    }

    private static boolean areOne(Set<String> revisions) {
        return revisions.stream().allMatch(one -> revisions.stream().allMatch(two -> Revisions.areOne(one, two)));
    }

    /** A copy that is clean holds exactly what its commit holds, so another tree is another commit. */
    private static Optional<RunFinding> impossibleTree(WorkingCopyFacts copy) {
        RunnerObservations observed = copy.observed();
        boolean clean = Boolean.TRUE.equals(observed.cleanBefore()) && Boolean.TRUE.equals(observed.cleanAfter());
        boolean still = Boolean.FALSE.equals(copy.headMoved());
        boolean changed = Boolean.TRUE.equals(observed.treeChanged());
        boolean files = Boolean.TRUE.equals(WorkingCopyFacts.some(copy.reportedFiles()));
        if (clean && still && changed) {
            return Optional.of(RunFinding.safety(
                    "tree-contradicts-head",
                    "The working copy was reported clean at the same commit before and after, with different files."));
        }
        return files && Boolean.TRUE.equals(observed.unchanged())
                ? Optional.of(RunFinding.safety(
                        "changes-contradict-tree",
                        "The report lists changed files, but the working copy was the same before and after."))
                : Optional.empty();
    }

    private static Optional<RunFinding> notClean(WorkingCopyFacts copy) {
        boolean before = Boolean.FALSE.equals(copy.observed().cleanBefore());
        boolean after = Boolean.FALSE.equals(copy.observed().cleanAfter());
        return before || after
                ? Optional.of(RunFinding.execution(
                        "tree-not-clean",
                        "The working copy held uncommitted changes "
                                + (before ? after ? "before and after" : "before" : "after")
                                + " the run, so what the gates saw is not what HEAD holds."))
                : Optional.empty();
    }

    /** Work that was put aside where nobody who looks at the run's branch would find it. */
    private static Optional<RunFinding> otherRefs(WorkingCopyFacts copy) {
        List<String> refs = copy.observed().otherRefs();
        return refs == null || refs.isEmpty()
                ? Optional.empty()
                : Optional.of(RunFinding.safety(
                        "other-refs-changed",
                        "During the run these refs of the working copy were made or moved besides the run's branch: "
                                + refs.stream().limit(NAMED).collect(Collectors.joining(", "))
                                + (refs.size() > NAMED ? " and " + (refs.size() - NAMED) + " more." : ".")));
    }

    private static void lists(WorkingCopyFacts copy, TracedRun trace, List<RunFinding> findings) {
        List<String> traced = WorkingCopyFacts.texts(trace.mutatorsExecuted());
        List<String> reported = copy.reportedMutators();
        if (traced != null && reported != null && !Set.copyOf(traced).equals(Set.copyOf(reported))) {
            findings.add(RunFinding.execution(
                    "mutators-differ",
                    "The trace and the report name different blocks that ran and change something: "
                            + only(traced, reported, "only the trace names ")
                            + only(reported, traced, "only the report names ") + "compare both with the repository."));
        }
        Boolean told = copy.reportedPush();
        Boolean shown = trace.pushed().isBoolean() ? trace.pushed().booleanValue() : null;
        if (told != null && shown != null && !told.equals(shown)) {
            findings.add(RunFinding.execution(
                    "push-differs",
                    shown
                            ? "The trace shows a push; the report says that nothing was pushed."
                            : "The report says that something was pushed; the trace does not show it."));
        }
        boolean saysNone = Boolean.FALSE.equals(WorkingCopyFacts.some(copy.reportedCommits()));
        if (saysNone && trace.commits()) {
            findings.add(RunFinding.execution("commits-differ", "The trace shows a commit; the report lists none."));
        }
    }

    private static String only(List<String> these, List<String> others, String words) {
        Set<String> more = new TreeSet<>(these);
        others.forEach(more::remove);
        return more.isEmpty() ? "" : words + more.stream().limit(10).collect(Collectors.joining(", ")) + "; ";
    }
}
