package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.outcome.ReportedResult.Gate;
import dev.alloy.run.Failure;
import dev.alloy.run.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JudgementTests {

    private static final RequiredGate FOR_MUTATION = new RequiredGate("tests", "required_for_mutation");
    private static final RequiredGate FOR_DRY_RUN = new RequiredGate("boundary", "required_for_dry_run");

    @ParameterizedTest(name = "{0} claims {1}, mutation gate {2}, dry-run gate {3}: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                // throttle, claimed, gate required for mutation, gate required for dry_run, recorded, code
                "dry_run,    completed,               passed,  passed,  completed,               -",
                "dry_run,    completed_with_findings, passed,  passed,  completed_with_findings, -",
                "dry_run,    completed,               failed,  passed,  completed_with_findings, -",
                "dry_run,    completed,               passed,  failed,  completed_with_findings, -",
                "dry_run,    completed,               passed,  -,       completed_with_findings, -",
                "dry_run,    completed,               -,       -,       completed_with_findings, -",
                "dry_run,    completed,               passed,  skipped, completed_with_findings, -",
                "dry_run,    completed,               passed,  error,   completed_with_findings, -",
                "audit_only, completed,               failed,  passed,  completed_with_findings, -",
                "audit_only, completed,               -,       passed,  completed_with_findings, -",
                "audit_only, completed,               passed,  passed,  completed,               -",
                "full,       completed,               passed,  passed,  completed,               -",
                "full,       completed,               passed,  failed,  completed_with_findings, -",
                "full,       completed,               passed,  -,       completed_with_findings, -",
                "full,       completed,               failed,  passed,  failed,                  execution/gate-failed",
                "full,       completed,               error,   passed,  failed,                  execution/gate-failed",
                "full,       completed,               failed,  failed,  failed,                  execution/gate-failed",
                "full,       completed_with_findings, failed,  passed,  failed,                  execution/gate-failed",
                "full,       completed,               -,       passed,  failed,                  safety/required-gate-missing",
                "full,       completed,               -,       -,       failed,                  safety/required-gate-missing",
                "full,       completed,               skipped, passed,  failed,                  safety/required-gate-missing",
                "full,       cancelled,               -,       -,       cancelled,               -",
                "dry_run,    cancelled,               failed,  failed,  cancelled,               -",
            })
    void recordsWhatTheRequiredGatesAllow(
            String throttle,
            String claimed,
            @Nullable String forMutation,
            @Nullable String forDryRun,
            String recorded,
            @Nullable String code) {
        List<Gate> gates = new ArrayList<>();
        if (forDryRun != null) {
            gates.add(Given.gate("boundary", "verify", forDryRun));
        }
        if (forMutation != null) {
            gates.add(Given.gate("tests", "verify", forMutation));
        }

        Judgement judgement =
                judge(Given.result(claimed).put("throttle", throttle), List.of(), gates.toArray(Gate[]::new));

        assertThat(judgement.status().wireName()).isEqualTo(recorded);
        Failure failure = judgement.failure();
        assertThat(failure == null ? null : failure.category() + "/" + failure.code())
                .isEqualTo(code);
    }

    @Test
    void recordsWhatWasClaimedWhereNoGateIsRequired() {
        Judgement judgement = Judgement.of(
                Given.reported(Given.result("completed")),
                List.of(),
                List.of(),
                Given.outcomes(Given.gate("advisory", "verify", "failed")));

        assertThat(judgement).isEqualTo(new Judgement(RunStatus.COMPLETED, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "completed_with_findings", "failed", "cancelled"})
    void believesNothingOfAnotherSnapshot(String claimed) {
        var broken = new SnapshotCheck("brief_digest", Given.DIGEST, "sha256:other", false);

        Judgement judgement = judge(
                Given.result(claimed),
                List.of(new SnapshotCheck("brief_id", "brief_1", "brief_1", true), broken),
                Given.gate("tests", "verify", "passed"),
                Given.gate("boundary", "verify", "passed"));

        assertThat(judgement.status()).isEqualTo(RunStatus.FAILED);
        Failure failure = Objects.requireNonNull(judgement.failure());
        assertThat(failure.category()).isEqualTo("safety");
        assertThat(failure.code()).isEqualTo("snapshot-mismatch");
        assertThat(failure.message()).contains("brief_digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"validation", "dispatch", "execution", "safety", "semantic"})
    void keepsTheReportedFailure(String category) {
        ObjectNode result = Given.result("failed");
        result.putObject("error")
                .put("category", category)
                .put("code", "disk-full")
                .put("message", "No space.");

        assertThat(judge(result, List.of()).failure()).isEqualTo(new Failure(category, "disk-full", "No space."));
    }

    @Test
    void callsAnUnknownKindOfFailureExecution() {
        ObjectNode result = Given.result("failed");
        result.putObject("error").put("category", "cosmic-rays");

        assertThat(judge(result, List.of()).failure())
                .extracting(Failure::category, Failure::code)
                .containsExactly("execution", "reported-failed");
        assertThat(judge(Given.result("failed"), List.of()).failure())
                .extracting(Failure::category, Failure::code)
                .containsExactly("execution", "reported-failed");
    }

    private static Judgement judge(ObjectNode result, List<SnapshotCheck> checks, Gate... gates) {
        return Judgement.of(Given.reported(result), checks, List.of(FOR_DRY_RUN, FOR_MUTATION), Given.outcomes(gates));
    }
}
