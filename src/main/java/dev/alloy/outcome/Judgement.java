package dev.alloy.outcome;

import dev.alloy.outcome.ReportedResult.Gate;
import dev.alloy.run.Failure;
import dev.alloy.run.RunStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded for what was claimed. Foundry's own notion of success proves nothing: a claim only stands when the snapshot is
 * the approved one and the required gates passed. Pure. Source: outcome.md, “Ingesting a result”.
 *
 * @param status what is recorded
 * @param failure why, exactly when that is failed
 * @param findings what a person should look at, whatever the status
 */
record Judgement(RunStatus status, @Nullable Failure failure, List<Finding> findings) {

    private Judgement(RunStatus status, @Nullable Failure failure) {
        this(status, failure, List.of());
    }

    private static final Set<String> CATEGORIES = Set.of("validation", "dispatch", "execution", "safety", "semantic");

    static Judgement of(
            ReportedResult result, List<SnapshotCheck> checks, List<RequiredGate> required, GateOutcomes outcomes) {
        Judgement plain = withoutFindings(result, checks, required, outcomes);
        List<Finding> findings = Weakening.of(result, required, outcomes);
        RunStatus status = plain.status() == RunStatus.COMPLETED && !findings.isEmpty()
                ? RunStatus.COMPLETED_WITH_FINDINGS
                : plain.status();
        return new Judgement(status, plain.failure(), findings);
    }

    private static Judgement withoutFindings(
            ReportedResult result, List<SnapshotCheck> checks, List<RequiredGate> required, GateOutcomes outcomes) {
        Optional<SnapshotCheck> broken =
                checks.stream().filter(check -> !check.passed()).findFirst();
        if (broken.isPresent()) {
            return failed(Failure.safety(
                    "snapshot-mismatch",
                    "The result's " + broken.get().check() + " is not what was requested and approved."));
        }
        RunStatus claimed = RunStatus.of(result.text("status"));
        return switch (claimed) {
            case FAILED -> failed(reported(result));
            case CANCELLED -> new Judgement(claimed, null);
            default -> byGates(claimed, result.text("throttle").equals("full"), required, outcomes);
        };
    }

    private static Judgement byGates(
            RunStatus claimed, boolean full, List<RequiredGate> required, GateOutcomes outcomes) {
        boolean findings = false;
        for (RequiredGate gate : required) {
            Optional<Gate> outcome = outcomes.of(gate.name());
            if (outcome.filter(Gate::passed).isPresent()) {
                continue;
            }
            if (full && gate.isForMutation()) {
                return failed(
                        outcome.filter(Gate::spoke).isPresent()
                                ? Failure.execution(
                                        "gate-failed", "The required gate " + gate.name() + " did not pass.")
                                : Failure.safety(
                                        "required-gate-missing", "The required gate " + gate.name() + " did not run."));
            }
            findings = true;
        }
        return new Judgement(findings ? RunStatus.COMPLETED_WITH_FINDINGS : claimed, null);
    }

    private static Failure reported(ReportedResult result) {
        var error = result.member("error");
        String category = error.path("category").asString("");
        return new Failure(
                CATEGORIES.contains(category) ? category : "execution",
                error.path("code").asString("reported-failed"),
                error.path("message").asString("The run was reported as failed."));
    }

    private static Judgement failed(Failure failure) {
        return new Judgement(RunStatus.FAILED, failure);
    }
}
