package dev.alloy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.account.AccountInputs.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceStatusRuleTests {

    private static Given observed() {
        return new Given().evidence("seen", "automated_test", true, null);
    }

    private static String status(Given given) {
        return given.account().items().get(0).status();
    }

    @ParameterizedTest
    @CsvSource({"passed, passing", "failed, failing", "error, failing", "skipped, unknown"})
    void asksTheGateOfADefinitionThatHasOne(String outcome, String status) {
        assertThat(status(new Given().testsRequired().reports("tests", outcome)))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"failed, satisfied, failing", "skipped, satisfied, unknown", "passed, not_satisfied, passing"})
    void believesNobodyElseWhereAGateDecides(String outcome, String word, String status) {
        for (boolean runner : List.of(true, false)) {
            assertThat(status(new Given()
                            .testsRequired()
                            .reports("tests", outcome)
                            .says("ann", runner, "tested", word, 5)))
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "satisfied, passing",
        "partially_satisfied, failing",
        "not_satisfied, failing",
        "unknown, unknown",
    })
    void takesTheWordOfAnObserver(String word, String status) {
        assertThat(status(observed().says("runner", true, "seen", word, 0))).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "satisfied, satisfied, passing",
        "satisfied, unknown, unknown",
        "satisfied, partially_satisfied, failing",
        "satisfied, not_satisfied, failing",
        "unknown, not_satisfied, failing",
        "unknown, partially_satisfied, failing",
    })
    void takesTheWorstOfSeveralObservers(String one, String other, String status) {
        assertThat(status(observed().says("runner", true, "seen", one, 9).says("ann", false, "seen", other, 1)))
                .isEqualTo(status);
        assertThat(status(observed().says("ann", false, "seen", other, 1).says("runner", true, "seen", one, 9)))
                .isEqualTo(status);
        assertThat(status(observed().says("bob", false, "seen", one, 1).says("ann", false, "seen", other, 9)))
                .isEqualTo(status);
    }

    @Test
    void takesTheNewestWordOfEachObserver() {
        assertThat(status(observed()
                        .says("ann", false, "seen", "not_satisfied", 1)
                        .says("ann", false, "seen", "satisfied", 2)))
                .isEqualTo("passing");
        assertThat(status(observed()
                        .says("ann", false, "seen", "satisfied", 1)
                        .says("ann", false, "seen", "not_satisfied", 2)))
                .isEqualTo("failing");
    }

    @ParameterizedTest
    @CsvSource({
        "true, ENDED, unknown", "true, UNDER_WAY, required", "true, OUT_OF_USE, obsolete",
        "false, ENDED, proposed", "false, UNDER_WAY, proposed", "false, OUT_OF_USE, obsolete"
    })
    void neverPassesOnSilence(boolean required, Stage stage, String status) {
        for (String gate : new String[] {null, "tests"}) {
            assertThat(status(new Given()
                            .withoutResult()
                            .stage(stage)
                            .evidence("seen", "automated_test", required, gate)))
                    .isEqualTo(status);
        }
    }

    @Test
    void countsTheWorstOfANameThatStandsThereTwice() {
        assertThat(status(new Given().testsRequired().reports("tests", "failed").reports("tests", "passed")))
                .isEqualTo("failing");
        RunAccount traced = new Given()
                .mutating("full")
                .testsRequired()
                .reports("tests", "passed")
                .trace(new TraceSummary()
                        .verification(false)
                        .gate("tests", false, Given.COMMAND)
                        .gate("tests", true, "true"))
                .account();
        assertThat(traced.items()).extracting(EvidenceStanding::status).containsExactly("failing");
        assertThat(traced.status()).isEqualTo("failed");
    }

    @Test
    void believesNoGateThatPassedWithAnotherExitCode() {
        assertThat(status(new Given()
                        .testsRequired()
                        .reports("tests", "passed")
                        .change(one ->
                                ((tools.jackson.databind.node.ObjectNode) one.at("/gates/0")).put("exit_code", 1))))
                .isEqualTo("failing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iteration_requested",
                "prompt_execution_requested",
                "execution_requested",
                "maintenance_requested",
                "maintenance_run_started",
                "vulnerability_detected",
                "an_event_of_tomorrow"
            })
    void ignoresThePreflightOfAnEventThatIsVerified(String entryEvent) {
        assertThat(status(new Given()
                        .testsRequired()
                        .entryEvent(entryEvent)
                        .reports("tests", "preflight", "passed", null, true)))
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "greet_requested",
                "validation_requested",
                "drift_assessment_requested",
                "scan_requested",
                "pipeline_check_requested",
                "release_requested"
            })
    void takesThePreflightOfAnEventWithoutVerification(String entryEvent) {
        Given given =
                new Given().testsRequired().entryEvent(entryEvent).reports("tests", "preflight", "failed", null, true);
        assertThat(status(given)).isEqualTo("failing");
        assertThat(status(given.reports("tests", "passed"))).isEqualTo("passing");
    }

    @Test
    void matchesNamesExactly() {
        assertThat(status(new Given().testsRequired().reports("Tests", "passed")))
                .isEqualTo("unknown");
    }

    @Test
    void withoutATraceEvidenceOfOneIsUnknownUnlessSomebodyObservedIt() {
        Given given = new Given().evidence("verified", "trace", true, null);
        assertThat(status(given)).isEqualTo("unknown");
        assertThat(status(given.says("runner", true, "verified", "satisfied", 0)))
                .isEqualTo("passing");
        assertThat(status(given.trace(new TraceSummary().verification(false).gate("tests", false, Given.COMMAND))))
                .isEqualTo("failing");
    }

    @Test
    void leavesWhatPeopleReviewAloneWhateverIsContradicted() {
        RunAccount account = new Given()
                .testsRequired()
                .evidence("reviewed", "human_review", true, null)
                .says("ann", false, "reviewed", "satisfied", 0)
                .reports("tests", "passed")
                .change(one -> one.put("simulated", true))
                .account();

        assertThat(account.items()).extracting(EvidenceStanding::status).containsExactly("unknown", "passing");
        assertThat(account.items())
                .extracting(EvidenceStanding::simulatedStatus)
                .as("what the simulation said is shown beside it")
                .containsExactly("passing", null);
    }

    @Test
    void ofTwoReportsThatConflictNeitherPasses() {
        Given given = new Given().testsRequired().reports("tests", "passed");
        assertThat(status(given.conflict())).isEqualTo("unknown");
        assertThat(status(given.conflict("tests"))).isEqualTo("failing");
        assertThat(given.account().verdict().name()).isEqualTo("not_reconstructable");
        assertThat(given.account().found("conflicting-reports")).isTrue();
    }
}
