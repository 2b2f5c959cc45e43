package dev.alloy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.outcome.ReportedResult.Gate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateOutcomesTests {

    @Test
    void takesTheVerification() {
        assertThat(Given.outcomes(Given.gate("tests", "verify", "failed"), Given.gate("tests", "preflight", "passed"))
                        .of("tests"))
                .map(Gate::status)
                .contains("failed");
    }

    @Test
    void takesTheLastOfSeveralVerifications() {
        assertThat(Given.outcomes(
                                Given.gate("tests", "verify", "failed"),
                                Given.gate("other", "verify", "failed"),
                                Given.gate("tests", "verify", "passed"))
                        .of("tests"))
                .map(Gate::status)
                .contains("passed");
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
        var outcomes = new GateOutcomes(List.of(Given.gate("tests", "preflight", "passed")), entryEvent);

        assertThat(outcomes.of("tests")).isEmpty();
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
        var preflight = Given.gate("tests", "preflight", "failed");

        assertThat(new GateOutcomes(List.of(preflight), entryEvent).of("tests")).contains(preflight);
        var verified = Given.gate("tests", "verify", "passed");
        assertThat(new GateOutcomes(List.of(preflight, verified), entryEvent).of("tests"))
                .contains(verified);
    }

    @Test
    void matchesNamesExactly() {
        assertThat(Given.outcomes(Given.gate("tests", "verify", "passed")).of("Tests"))
                .isEmpty();
        assertThat(Given.outcomes().of("tests")).isEmpty();
    }
}
