package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.outcome.EvidenceStatus.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceStatusTests {

    @ParameterizedTest
    @CsvSource({"passed, passing", "failed, failing", "error, failing", "skipped, unknown"})
    void asksTheGateOfADefinitionThatHasOne(String outcome, String status) {
        assertThat(byGate(outcome, List.of()).name()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"failed, satisfied, failing", "skipped, satisfied, unknown", "passed, not_satisfied, passing"})
    void believesNobodyElseWhereAGateDecides(String outcome, String word, String status) {
        for (String observer : List.of("runner", "foundry", "ann")) {
            assertThat(byGate(outcome, List.of(Given.observation(observer, word, 5)))
                            .name())
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
        assertThat(observed(List.of(Given.observation("runner", word, 0))).name())
                .isEqualTo(status);
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
        List<EvidenceObservation> seen =
                new ArrayList<>(List.of(Given.observation("runner", one, 9), Given.observation("ann", other, 1)));

        assertThat(observed(seen).name()).isEqualTo(status);
        Collections.reverse(seen);
        assertThat(observed(seen).name()).isEqualTo(status);
        assertThat(observed(List.of(Given.observation("bob", one, 1), Given.observation("ann", other, 9)))
                        .name())
                .isEqualTo(status);
    }

    @Test
    void takesTheNewestWordOfEachObserver() {
        assertThat(observed(List.of(
                                Given.observation("ann", "not_satisfied", 1), Given.observation("ann", "satisfied", 2)))
                        .name())
                .isEqualTo("passing");
        assertThat(observed(List.of(
                                Given.observation("ann", "satisfied", 1), Given.observation("ann", "not_satisfied", 2)))
                        .name())
                .isEqualTo("failing");
    }

    @Test
    void takesARunnerForOneObserverWhomeverItSpeaksFor() {
        assertThat(observed(List.of(
                                Given.observation("foundry", "not_satisfied", 1),
                                Given.observation("runner", "satisfied", 2)))
                        .name())
                .isEqualTo("passing");
        assertThat(observed(List.of(
                                Given.observation("runner", "satisfied", 1),
                                Given.observation("foundry", "not_satisfied", 2)))
                        .name())
                .isEqualTo("failing");
    }

    @ParameterizedTest
    @CsvSource({
        "true, ENDED, unknown", "true, UNDER_WAY, required", "true, OUT_OF_USE, obsolete",
        "false, ENDED, proposed", "false, UNDER_WAY, proposed", "false, OUT_OF_USE, obsolete"
    })
    void neverPassesOnSilence(boolean required, Stage stage, String status) {
        for (String gate : new String[] {null, "tests"}) {
            assertThat(EvidenceStatus.of(Given.definition(required, gate), stage, Given.outcomes(), null, List.of())
                            .name())
                    .isEqualTo(status);
        }
    }

    private static EvidenceStatus byGate(String outcome, List<EvidenceObservation> seen) {
        return EvidenceStatus.of(
                Given.definition(true, "tests"),
                Stage.ENDED,
                Given.outcomes(Given.gate("tests", "verify", outcome)),
                null,
                seen);
    }

    private static EvidenceStatus observed(List<EvidenceObservation> seen) {
        return EvidenceStatus.of(
                Given.definition(true, null),
                Stage.ENDED,
                Given.outcomes(Given.gate("tests", "verify", "failed")),
                null,
                seen);
    }
}
