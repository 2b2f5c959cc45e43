package dev.alloy.account;

import dev.alloy.account.TracedRun.Failed;
import dev.alloy.contract.foundry.FoundryBlocks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds failed blocks, and whether the run can have succeeded without them. Pure. Source: witnesses.md, rule 3.
 *
 * @param blocks their names
 * @param fatal the first without which nothing can be said to have been done; empty where there is none
 * @param nothingExecuted whether no block did anything at all
 * @param others failures that ended nothing, to be read by a person
 */
record FatalBlocks(Set<String> blocks, Optional<Failed> fatal, boolean nothingExecuted, List<Failed> others) {

    /** The block that makes a failed attempt good, where a passing verification follows it. */
    static final String RETRY = "Retry Execution";

    private static final String COMMIT = "Commit and Push";
    private static final int SHOWN = 20;

    static FatalBlocks of(List<TracedRun> traces, GateReports gates, Optional<ReportedResult> result) {
        List<Failed> failed = new ArrayList<>();
        traces.forEach(trace -> failed.addAll(trace.failed()));
        boolean traced = traces.stream().anyMatch(TracedRun::tellsOfBlocks);
        boolean succeeded = traced
                ? traces.stream().anyMatch(TracedRun::succeeded)
                : result.isPresent() && reportsWork(result.get());
        // Foundry's own file tells more of its blocks than a list of errors.
        if (traces.stream().noneMatch(trace -> trace.witness() == Witness.TRACE)) {
            result.ifPresent(told -> told.foundryErrors().stream()
                    .filter(error -> !FoundryBlocks.isVerdict(error.block()))
                    .map(error -> new Failed(
                            error.block(),
                            error.message(),
                            isFatalBySummary(error.block(), retried(told) && gates.requiredPassed(), succeeded)))
                    .forEach(failed::add));
        }
        Set<String> blocks = new LinkedHashSet<>();
        failed.forEach(one -> blocks.add(one.block()));
        return new FatalBlocks(
                blocks,
                failed.stream()
                        .filter(Failed::fatal)
                        .findFirst()
                        // Where nothing else did its work, whatever failed was what was needed.
                        .or(() -> traced && !succeeded ? failed.stream().findFirst() : Optional.empty()),
                !succeeded,
                failed.stream()
                        .filter(Predicate.not(Failed::fatal))
                        .limit(SHOWN)
                        .toList());
    }

    /**
     * Without Foundry's file it is not known which block emitted what: an observer's failure is fatal where nothing
     * came after it.
     */
    static boolean isFatalBySummary(String block, boolean madeGood, boolean succeeded) {
        if (FoundryBlocks.isVerdict(block)) {
            return false;
        }
        boolean observer = !FoundryBlocks.isMutator(block) && !FoundryBlocks.isUnknown(block);
        return observer ? !succeeded : block.equals(COMMIT) || !madeGood;
    }

    private static boolean retried(ReportedResult result) {
        return result.changes().path("mutators_executed").valueStream().anyMatch(one -> one.asString("")
                .equals(RETRY));
    }

    private static boolean reportsWork(ReportedResult result) {
        return !result.gates().isEmpty()
                || !result.changes().path("mutators_executed").isEmpty()
                || !result.changes().path("mutators_simulated").isEmpty()
                || !result.changes().path("commits").isEmpty()
                || !result.changes().path("files_changed").isEmpty();
    }
}
