package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultJudgementTests {

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
        Given given = new Given()
                .mutating(throttle)
                .claims(claimed)
                .approved("boundary", "required_for_dry_run")
                .approved("tests", "required_for_mutation");
        if (forDryRun != null) {
            given.reports("boundary", forDryRun);
        }
        if (forMutation != null) {
            given.reports("tests", forMutation);
        }

        assertRecorded(given.account(), recorded, code);
    }

    static void assertRecorded(RunAccount account, String status, @Nullable String code) {
        assertThat(account.status()).isEqualTo(status);
        Cause cause = account.cause();
        assertThat(cause == null ? null : cause.category() + "/" + cause.code()).isEqualTo(code);
    }

    @Test
    void recordsWhatWasClaimedWhereNoGateIsRequired() {
        assertRecorded(
                new Given()
                        .approved("advisory", "advisory")
                        .reports("advisory", "failed")
                        .account(),
                "completed",
                null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "completed_with_findings", "failed", "cancelled"})
    void believesNothingOfAnotherSnapshot(String claimed) {
        RunAccount account = new Given()
                .claims(claimed)
                .testsRequired()
                .reports("tests", "passed")
                .change(one -> one.put("brief_digest", "sha256:" + "b".repeat(64)))
                .account();

        assertRecorded(account, "failed", "safety/snapshot-mismatch");
        assertThat(account.cause()).extracting(Cause::message).asString().contains("brief_digest");
        assertThat(account.verdict().name()).isEqualTo("refuted");
        assertThat(account.items()).extracting(EvidenceStanding::status).containsExactly("unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"validation", "dispatch", "execution", "safety", "semantic"})
    void keepsTheReportedFailure(String category) {
        RunAccount account = new Given()
                .claims("failed")
                .change(one -> one.putObject("error")
                        .put("category", category)
                        .put("code", "disk-full")
                        .put("message", "No space."))
                .account();

        assertThat(account.cause()).isEqualTo(new Cause(category, "disk-full", "No space."));
    }

    @Test
    void callsAnUnknownKindOfFailureExecution() {
        assertRecorded(
                new Given()
                        .claims("failed")
                        .change(one -> one.putObject("error").put("category", "cosmic-rays"))
                        .account(),
                "failed",
                "execution/reported-failed");
        assertRecorded(new Given().claims("failed").account(), "failed", "execution/reported-failed");
    }

    @ParameterizedTest
    @CsvSource({"dry_run", "audit_only", "full"})
    void aFatalBlockFailsTheRunAtEveryThrottle(String throttle) {
        RunAccount account = new Given()
                .mutating(throttle)
                .testsRequired()
                .reports("tests", "passed")
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .failed("Execute Plan", "agent unavailable: failed to spawn command: claude", true))
                .account();

        assertRecorded(account, "failed", "execution/block-failed");
        assertThat(account.cause())
                .extracting(Cause::message)
                .isEqualTo("Execute Plan: agent unavailable: failed to spawn command: claude");
        assertThat(account.blocksFailed()).containsExactly("Execute Plan");
        assertThat(account.items()).extracting(EvidenceStanding::status).containsExactly("unknown");
        assertThat(account.derived().executed()).as("nobody looked").isNull();
    }

    @Test
    void nothingThatExecutedIsSaidInFoundrysOwnWords() {
        RunAccount account = new Given()
                .mutating("full")
                .testsRequired()
                .trace(new TraceSummary()
                        .nothingExecuted()
                        .failed("Resolve Gates", "Project 'x' not found in registry", true))
                .account();

        assertRecorded(account, "failed", "execution/nothing-executed");
        assertThat(account.cause()).extracting(Cause::message).asString().contains("Project 'x' not found in registry");
        assertThat(account.derived().executed()).isFalse();
    }

    @Test
    void errorsThatEndedNothingNeedAPersonAndLowerNothing() {
        RunAccount account = new Given()
                .testsRequired()
                .reports("tests", "passed")
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .failed("Strategic Assessor", "no goals", false))
                .account();

        assertRecorded(account, "completed", null);
        assertThat(account.errors()).containsExactly("Strategic Assessor: no goals");
    }

    @Test
    void withoutATraceTheErrorsOfTheReportDecide() {
        Given given = new Given().mutating("full").testsRequired().reports("tests", "passed");
        given.change(one -> one.putArray("foundry_errors")
                .addObject()
                .put("block", "Commit and Push")
                .put("message", "Author identity unknown"));

        assertRecorded(given.account(), "failed", "execution/block-failed");
        given.change(one -> {
            one.putArray("foundry_errors")
                    .addObject()
                    .put("block", "Execute Plan")
                    .put("message", "it broke");
            ((tools.jackson.databind.node.ObjectNode) one.path("changes"))
                    .putArray("mutators_executed")
                    .add("Retry Execution");
        });
        assertRecorded(given.account(), "completed", null);
    }

    @Test
    void aLaterAccountNeverSaysBetter() {
        RunAccount failed = new Given().mutating("full").testsRequired().account();
        assertRecorded(failed, "failed", "safety/required-gate-missing");

        RunAccount later = new Given()
                .mutating("full")
                .testsRequired()
                .trace(new TraceSummary().verification(true).gate("tests", true, Given.COMMAND))
                .after(failed);

        assertRecorded(later, "failed", "safety/required-gate-missing");
        assertThat(later.items())
                .as("silence is filled")
                .extracting(EvidenceStanding::status)
                .containsExactly("passing");
    }

    @Test
    void aLaterTraceLowersWhatWasCompleted() {
        Given given = new Given().mutating("full").testsRequired().reports("tests", "passed");
        RunAccount completed = given.account();
        assertRecorded(completed, "completed", null);

        RunAccount later = given.trace(new TraceSummary().verification(false).gate("tests", false, Given.COMMAND))
                .after(completed);

        assertRecorded(later, "failed", "execution/gate-failed");
        assertThat(later.items()).extracting(EvidenceStanding::status).containsExactly("failing");
    }

    @Test
    void whatAPersonResolvedStandsUntilATraceSaysWorse() {
        RunAccount resolved = new Given()
                .mutating("full")
                .testsRequired()
                .endedAs("completed", null)
                .account();
        assertRecorded(resolved, "completed", null);
        assertThat(resolved.items()).extracting(EvidenceStanding::status).containsExactly("unknown");
        assertThat(resolved.verdict().name()).isEqualTo("not_reconstructable");

        RunAccount later = new Given()
                .mutating("full")
                .testsRequired()
                .endedAs("completed", null)
                .trace(new TraceSummary().verification(false).gate("tests", false, Given.COMMAND))
                .after(resolved);
        assertRecorded(later, "failed", "execution/gate-failed");
    }
}
