package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ContradictionTests {

    private static Given full() {
        return new Given().mutating("full").testsRequired().reports("tests", "passed");
    }

    private static void assertAccount(RunAccount account, String status, @Nullable String cause, String item) {
        ResultJudgementTests.assertRecorded(account, status, cause);
        assertThat(account.items()).extracting(EvidenceStanding::status).containsExactly(item);
    }

    private static List<String> codes(RunAccount account) {
        return account.findings().stream().map(RunFinding::code).toList();
    }

    @Test
    void whatFitsTogetherIsCompleted() {
        RunAccount account = full().oneCommit()
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .commit())
                .account();

        assertAccount(account, "completed", null, "passing");
        assertThat(codes(account)).isEmpty();
        assertThat(account.verdict().name()).isEqualTo("proven");
        assertThat(account.items().get(0).witness()).isEqualTo(Witness.TRACE);
        assertThat(Facts.text(account, Facts.OWN_COMMIT)).contains("def456" + "0".repeat(34));
        assertThat(account.fact(Facts.GATES_SAW)
                        .orElseThrow()
                        .value()
                        .path("commit")
                        .asString())
                .startsWith("def456");
    }

    @Test
    void aCommitOnAnotherBranchIsNamed() {
        RunAccount account = full().oneCommit()
                .change(one -> ((ObjectNode) one.path("observed")).put("branch_after", "agents-own"))
                .account();

        assertAccount(account, "failed", "safety/commit-outside-branch", "unknown");
        assertThat(account.cause()).extracting(Cause::message).asString().contains("agents-own", "alloy/x", "def456");
        assertThat(account.fact(Facts.OWN_COMMIT)).isEmpty();
        assertThat(account.fact(Facts.GATES_SAW)).isEmpty();
    }

    @Test
    void aCommitThatHeadDoesNotShowWasMadeElsewhere() {
        RunAccount account = full().observed("{\"head_before\":\"abc123\",\"head_after\":\"abc123\"}")
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .commit())
                .account();

        assertAccount(account, "failed", "safety/wrong-working-copy", "unknown");
        assertThat(account.derived().committed()).isFalse();
        assertThat(account.fact(Facts.COMMITS).orElseThrow().contradictedBy()).hasSize(1);
        assertThat(account.verdict().name()).isEqualTo("not_reconstructable");
    }

    @Test
    void aTreeThatIsNotCleanIsAFindingAndWhatTheGatesSaw() {
        RunAccount account = full().oneCommit()
                .change(one -> ((ObjectNode) one.path("observed")).put("clean_after", false))
                .account();

        assertAccount(account, "completed_with_findings", null, "passing");
        assertThat(codes(account)).containsExactly("tree-not-clean");
        assertThat(account.fact(Facts.GATES_SAW)
                        .orElseThrow()
                        .value()
                        .path("tree")
                        .asString())
                .isEqualTo("2".repeat(40));
        assertThat(account.fact(Facts.GATES_SAW)
                        .orElseThrow()
                        .value()
                        .path("state")
                        .asString())
                .isEqualTo("uncommitted");
    }

    @Test
    void filesThatChangeWhileARunOnlyReadsProveNothing() {
        RunAccount account = new Given()
                .testsRequired()
                .reports("tests", "passed")
                .observed("""
                        {"head_before":"abc123","head_after":"abc123","tree_before":"%s","tree_after":"%s","clean_before":true,
                         "clean_after":false}""".formatted(Given.TREE, "2".repeat(40)))
                .account();

        assertAccount(account, "completed_with_findings", null, "unknown");
        assertThat(codes(account)).containsExactly("tree-changed", "tree-not-clean");
    }

    @Test
    void anotherCommandUnderTheGatesNameNeverCounts() {
        assertAccount(
                new Given()
                        .mutating("full")
                        .testsRequired()
                        .reports("tests", "verify", "passed", "true", true)
                        .account(),
                "failed",
                "safety/gate-command-changed",
                "unknown");
        assertAccount(
                full().trace(new TraceSummary().verification(true).gate("tests", true, "true"))
                        .account(),
                "failed",
                "safety/gate-command-changed",
                "unknown");
        RunAccount dry = new Given()
                .testsRequired()
                .reports("tests", "verify", "passed", "true", true)
                .account();
        assertAccount(dry, "completed_with_findings", null, "unknown");
        assertThat(codes(dry)).containsExactly("gate-command-changed");
        assertThat(dry.gates()).extracting(GateLine::test).containsExactly("failed");
        assertAccount(
                full().trace(new TraceSummary().verification(false).gate("tests", false, "false"))
                        .account(),
                "failed",
                "safety/gate-command-changed",
                "failing");
        assertAccount(
                full().change(one -> {
                            one.putArray("gates");
                        })
                        .reports("tests", "verify", "passed", Given.COMMAND, true)
                        .account(),
                "completed",
                null,
                "passing");
    }

    @Test
    void aGateFileThatChangedNeedsATraceOfTheApprovedCommand() {
        Given given = full().change(one -> ((ObjectNode) one.path("changes"))
                .put("gate_file_digest_before", "sha256:" + "a".repeat(64))
                .put("gate_file_digest_after", "sha256:" + "b".repeat(64)));
        RunAccount alone = given.account();
        assertAccount(alone, "completed_with_findings", null, "unknown");
        assertThat(alone.gates()).extracting(GateLine::test).containsExactly("warned");
        assertThat(codes(alone)).containsExactly("gate-file-changed");

        assertAccount(
                given.trace(new TraceSummary().verification(true).gate("tests", true, Given.COMMAND))
                        .account(),
                "completed_with_findings",
                null,
                "passing");
    }

    @Test
    void gatesThatAreGoneSkippedOrMadeOptionalAreFindings() {
        Given given = new Given().testsRequired();
        assertThat(codes(given.reports("other", "passed").account())).containsExactly("gate-gone");
        assertThat(codes(new Given().testsRequired().reports("tests", "skipped").account()))
                .containsExactly("gate-skipped");
        assertThat(codes(new Given()
                        .testsRequired()
                        .reports("tests", "verify", "passed", null, false)
                        .account()))
                .containsExactly("gate-no-longer-required");
        assertThat(codes(new Given().testsRequired().reports("tests", "passed").account()))
                .isEmpty();
        assertThat(codes(new Given().testsRequired().reports("tests", "failed").account()))
                .isEmpty();
        assertThat(codes(new Given()
                        .claims("failed")
                        .testsRequired()
                        .reports("other", "passed")
                        .account()))
                .as("it did not get as far as its gates")
                .isEmpty();
    }

    @Test
    void aSimulationProvesNothing() {
        RunAccount account = full().change(one -> one.put("simulated", true)).account();

        assertAccount(account, "completed_with_findings", null, "unknown");
        assertThat(codes(account)).containsExactly("simulated");
        assertThat(account.verdict().name()).isEqualTo("not_reconstructable");
        assertThat(account.gates()).noneMatch(GateLine::ran);
        RunAccount without = new Given()
                .mutating("full")
                .testsRequired()
                .change(one -> one.put("simulated", true))
                .account();
        assertAccount(without, "completed_with_findings", null, "unknown");
    }

    @Test
    void theRunsOwnTraceThatShowsSomethingElseRefutes() {
        RunAccount account =
                full().mismatched("The throttle is full, not dry_run.").account();

        assertAccount(account, "failed", "safety/trace-mismatch", "unknown");
        assertThat(account.verdict().name()).isEqualTo("refuted");
    }

    @Test
    void revisionsThatExcludeEachOtherProveNothing() {
        RunAccount account = full().anyRevision()
                .observed("{\"head_before\":\"fff123\",\"head_after\":\"fff123\"}")
                .account();

        assertAccount(account, "completed_with_findings", null, "unknown");
        assertThat(codes(account)).contains("revision-differs");
        assertThat(account.verdict().name()).isEqualTo("not_reconstructable");
        assertThat(account.fact(Facts.REVISION_BEFORE).orElseThrow().witness()).isEqualTo(Witness.OBSERVED);
    }

    @Test
    void listsThatDifferAreFindingsOnly() {
        RunAccount account = full().trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .ran("Execute Plan"))
                .account();

        assertAccount(account, "completed_with_findings", null, "passing");
        assertThat(codes(account)).containsExactly("mutators-differ");
    }

    @Test
    void aTraceWithoutTheGateOutweighsAReportThatItPassed() {
        assertAccount(
                full().trace(new TraceSummary().verification(true).gate("other", true, "make"))
                        .account(),
                "failed",
                "safety/required-gate-missing",
                "unknown");
    }

    @Test
    void aTraceThatIsCutProvesNoGate() {
        RunAccount cut = full().trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, Given.COMMAND)
                        .cut())
                .account();
        assertAccount(cut, "completed_with_findings", null, "unknown");
        assertThat(codes(cut)).contains("trace-cut");

        RunAccount unexplained = full().trace(
                        new TraceSummary().verification(false).gate("tests", true, Given.COMMAND))
                .account();
        assertAccount(unexplained, "completed_with_findings", null, "unknown");
    }

    @Test
    void timesAndTraceIdsThatCannotBeLowerNothing() {
        RunAccount account = new Given()
                .testsRequired()
                .reports("tests", "passed")
                .change(one -> one.put("completed_at", "1970-01-01T00:00:00Z").put("trace_id", "0".repeat(32)))
                .account();

        assertAccount(account, "completed", null, "passing");
        assertThat(account.findings()).allMatch(RunFinding::informational);
        assertThat(codes(account)).containsExactly("implausible-time", "foreign-trace-id");
        assertThat(account.fact(Facts.COMPLETED_AT)).isEmpty();
    }

    @Test
    void aCancellationThatCameTooLateIsAFact() {
        assertThat(new Given().cancelRequested().account().fact(Facts.CANCELLED_TOO_LATE))
                .isPresent();
        assertThat(new Given().claims("cancelled").cancelRequested().account().fact(Facts.CANCELLED_TOO_LATE))
                .isEmpty();
    }

    @Test
    void theDocumentReadsBackAsItWasWritten() {
        RunAccount account = full().oneCommit()
                .trace(new TraceSummary()
                        .verification(true)
                        .gate("tests", true, "true")
                        .commit())
                .change(one -> one.put("stash", "stash@{0}"))
                .conflict("tests")
                .account()
                .as(3);

        byte[] bytes = AccountDocument.bytes(account);

        assertThat(AccountDocument.bytes(AccountDocument.read(bytes))).isEqualTo(bytes);
        assertThat(AccountDocument.read(bytes)).isEqualTo(account);
    }

    @Test
    void aPersonsTraceFillsWhatNobodyToldAndReplacesNothing() {
        RunAccount account = full().change(one ->
                        one.withObject("/changes").putArray("mutators_executed").add("Execute Plan"))
                .trace(new TraceSummary().ran("Commit and Push"), Witness.PERSON)
                .account();

        Fact mutators = account.fact(Facts.MUTATORS_EXECUTED).orElseThrow();
        assertThat(mutators.witness()).isEqualTo(Witness.REPORT);
        assertThat(mutators.value().toString()).isEqualTo("[\"Execute Plan\"]");
        assertThat(mutators.contradictedBy())
                .extracting(Fact.Contradiction::witness)
                .containsExactly(Witness.PERSON);
    }
}
