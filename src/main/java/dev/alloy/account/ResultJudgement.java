package dev.alloy.account;

import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.TracedRun.Failed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded for what was claimed, in the order of witnesses.md, rule 4. Foundry's own notion of success proves nothing. Pure.
 *
 * @param status what is recorded
 * @param cause why, exactly when that is failed
 */
record ResultJudgement(String status, @Nullable Cause cause) {

    static final String COMPLETED = "completed";
    static final String WITH_FINDINGS = "completed_with_findings";
    static final String FAILED = "failed";
    static final String CANCELLED = "cancelled";

    private static final Set<String> DONE = Set.of(COMPLETED, WITH_FINDINGS);

    /** The judgement before findings are considered. */
    static ResultJudgement of(
            AccountInputs material,
            List<SnapshotCheck> checks,
            Contradictions contradictions,
            FatalBlocks blocks,
            GateReports gates,
            boolean simulated) {
        AccountInputs.Reported reported = material.result();
        String claimed =
                reported == null ? material.run().status() : reported.result().text("status");
        Optional<SnapshotCheck> broken =
                checks.stream().filter(check -> !check.passed()).findFirst();
        if (broken.isPresent()) {
            return failed(Cause.safety(
                    "snapshot-mismatch",
                    "The result's " + broken.get().check() + " is not what was requested and approved."));
        }
        if (!DONE.contains(claimed)) {
            return claimed.equals(FAILED) && reported != null
                    ? failed(Cause.reported(reported.result()))
                    : new ResultJudgement(claimed, material.run().cause());
        }
        return byContradictions(contradictions)
                .or(() -> simulated ? Optional.empty() : byBlocks(blocks))
                .orElseGet(() -> byGates(claimed, material, gates, simulated));
    }

    private static Optional<ResultJudgement> byContradictions(Contradictions contradictions) {
        return contradictions.ofRun().stream()
                .filter(Contradictions.OfRun::fails)
                .findFirst()
                .map(one ->
                        failed(Cause.safety(one.finding().code(), one.finding().message())));
    }

    private static Optional<ResultJudgement> byBlocks(FatalBlocks blocks) {
        return blocks.fatal().map(block -> failed(cause(block, blocks.nothingExecuted())));
    }

    private static ResultJudgement failed(Cause cause) {
        return new ResultJudgement(FAILED, cause);
    }

    private static Cause cause(Failed block, boolean nothingExecuted) {
        String what = block.block() + ": " + (block.message().isEmpty() ? "failed." : block.message());
        return Cause.execution(nothingExecuted ? "nothing-executed" : "block-failed", what);
    }

    private static ResultJudgement byGates(
            String claimed, AccountInputs material, GateReports gates, boolean simulated) {
        boolean findings = false;
        for (ApprovedGate approved : material.gates()) {
            GateStanding gate = gates.of(approved.name());
            if (!approved.isRequired() || gate.passed()) {
                continue;
            }
            boolean decisive = material.approved().isFull() && approved.isForMutation() && !simulated;
            if (decisive) {
                Optional<Cause> cause = cause(gate, material.result() != null);
                if (cause.isPresent()) {
                    return failed(cause.get());
                }
            }
            // Where there is no result, nobody expected to hear of a gate.
            findings |= material.result() != null || gate.ran();
        }
        return new ResultJudgement(findings ? WITH_FINDINGS : claimed, null);
    }

    private static Optional<Cause> cause(GateStanding gate, boolean reported) {
        if (gate.commandChanged()) {
            return Optional.of(Cause.safety("gate-command-changed", gate.changedCommand()));
        }
        return switch (gate.standing()) {
            case FAILED ->
                Optional.of(Cause.execution("gate-failed", "The required gate " + gate.name() + " did not pass."));
            case MISSING, SKIPPED ->
                reported
                        ? Optional.of(Cause.safety(
                                "required-gate-missing", "The required gate " + gate.name() + " did not run."))
                        : Optional.empty();
            case UNPROVEN, COMMAND_CHANGED, PASSED -> Optional.empty();
        };
    }

    /** The same once findings are known: what needs a person's eye is not plainly completed. */
    ResultJudgement with(List<RunFinding> findings) {
        return status.equals(COMPLETED) && findings.stream().anyMatch(finding -> !finding.informational())
                ? new ResultJudgement(WITH_FINDINGS, null)
                : this;
    }

    /** The worse of two: a later account never says better of a run than an earlier one. Of equals the later knows more. */
    static ResultJudgement worse(ResultJudgement earlier, ResultJudgement later) {
        return rank(later.status) >= rank(earlier.status) ? later : earlier;
    }

    private static int rank(String status) {
        return switch (status) {
            case COMPLETED -> 0;
            case WITH_FINDINGS -> 1;
            case CANCELLED -> 2;
            default -> 3;
        };
    }
}
