package dev.alloy.account;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from what was seen, whatever success is claimed. Each part is null if unknown. Pure. Source: foundry.md,
 * trap 5; witnesses.md, rule 3.
 *
 * @param executed whether something that changes the working copy ran
 * @param verified whether at least one required gate decided, and all that are required passed
 * @param committed whether HEAD moved, or commits are listed where HEAD was not read
 * @param pushed whether what was committed was pushed
 * @param noOp whether the run left everything as it was
 */
public record Derived(
        @Nullable Boolean executed,
        @Nullable Boolean verified,
        @Nullable Boolean committed,
        @Nullable Boolean pushed,
        @Nullable Boolean noOp) {

    private static final Derived NOTHING_RAN = new Derived(false, null, false, false, true);

    static Derived of(
            WorkingCopyFacts copy,
            List<TracedRun> traces,
            GateReports gates,
            FatalBlocks blocks,
            boolean simulated,
            boolean doubted) {
        if (simulated) {
            return NOTHING_RAN;
        }
        Boolean committed = committed(copy);
        Boolean files = WorkingCopyFacts.some(copy.reportedFiles());
        Boolean changed = changed(copy, files, committed);
        return new Derived(
                executed(copy, traces, blocks, files, committed),
                verified(gates, doubted),
                committed,
                pushed(copy, traces, committed),
                changed == null ? null : !changed);
    }

    /**
     * Nothing executed where nothing got that far; a mutator that failed leaves it to HEAD and tree whether it changed
     * something.
     */
    private static @Nullable Boolean executed(
            WorkingCopyFacts copy,
            List<TracedRun> traces,
            FatalBlocks blocks,
            @Nullable Boolean files,
            @Nullable Boolean committed) {
        Boolean listed = any(Stream.concat(
                        Stream.of(copy.reportedMutators()),
                        traces.stream().map(trace -> WorkingCopyFacts.texts(trace.mutatorsExecuted())))
                .filter(Objects::nonNull)
                .map(WorkingCopyFacts::some)
                .toArray(Boolean[]::new));
        Boolean unchanged = copy.observed().unchanged();
        if (blocks.fatal().isPresent()) {
            if (blocks.nothingExecuted() && !Boolean.FALSE.equals(unchanged)) {
                return false;
            }
            if (unchanged != null) {
                return !unchanged;
            }
            return Boolean.TRUE.equals(listed) ? true : null;
        }
        boolean nobodyListed = copy.reportedMutators() == null && traces.isEmpty();
        return any(nobodyListed ? null : listed, files, committed);
    }

    private static @Nullable Boolean verified(GateReports gates, boolean doubted) {
        List<GateStanding> required =
                gates.all().stream().filter(GateStanding::required).toList();
        if (required.isEmpty()) {
            return null;
        }
        if (required.stream().anyMatch(GateStanding::failed)) {
            return false;
        }
        return !doubted && required.stream().allMatch(GateStanding::passed) ? true : null;
    }

    /** Where HEAD was not read, a list without commits proves nothing: Foundry's own event carries no commit id. */
    private static @Nullable Boolean committed(WorkingCopyFacts copy) {
        Boolean moved = copy.headMoved();
        return moved == null && Boolean.TRUE.equals(WorkingCopyFacts.some(copy.reportedCommits()))
                ? Boolean.TRUE
                : moved;
    }

    private static @Nullable Boolean pushed(
            WorkingCopyFacts copy, List<TracedRun> traces, @Nullable Boolean committed) {
        if (Boolean.FALSE.equals(committed)) {
            return false;
        }
        Boolean claimed = copy.reportedPush();
        if (claimed == null) {
            claimed = traces.stream()
                    .filter(trace -> trace.pushed().isBoolean())
                    .map(trace -> trace.pushed().booleanValue())
                    .findFirst()
                    .orElse(null);
        }
        if (claimed == null) {
            return null;
        }
        return claimed ? committed : Boolean.FALSE;
    }

    private static @Nullable Boolean changed(
            WorkingCopyFacts copy, @Nullable Boolean files, @Nullable Boolean committed) {
        Boolean unchanged = copy.observed().unchanged();
        return unchanged == null ? any(files, committed) : Boolean.valueOf(!unchanged);
    }

    /** The same where the work was done somewhere else: whether it changed nothing cannot be seen in this working copy. */
    Derived unless(boolean elsewhere) {
        return elsewhere ? new Derived(executed, verified, committed, pushed, null) : this;
    }

    /** True where one is; false where all are known not to be. */
    private static @Nullable Boolean any(@Nullable Boolean... values) {
        boolean unknown = values.length == 0;
        for (Boolean value : values) {
            if (Boolean.TRUE.equals(value)) {
                return true;
            }
            unknown |= value == null;
        }
        return unknown ? null : false;
    }
}
