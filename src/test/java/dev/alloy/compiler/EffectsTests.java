package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Effects;
import dev.alloy.contract.foundry.Throttle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffectsTests {

    @ParameterizedTest
    @CsvSource({
        "greet_requested, READ_ONLY, MUTATING, MUTATING",
        "validation_requested, READ_ONLY, READ_ONLY, READ_ONLY",
        "iteration_requested, READ_ONLY, MUTATING, MUTATING",
        "prompt_execution_requested, READ_ONLY, MUTATING, MUTATING",
        "drift_assessment_requested, READ_ONLY, READ_ONLY, READ_ONLY",
        "scan_requested, READ_ONLY, MUTATING, MUTATING",
        "execution_requested, MUTATING, MUTATING, MUTATING",
        "maintenance_requested, MUTATING, MUTATING, MUTATING",
        "maintenance_run_started, MUTATING, MUTATING, MUTATING",
        "vulnerability_detected, MUTATING, MUTATING, MUTATING",
        "pipeline_check_requested, MUTATING, MUTATING, MUTATING",
        "release_requested, MUTATING, MUTATING, MUTATING",
        "project_iteration_completed, MUTATING, MUTATING, MUTATING",
        "'', MUTATING, MUTATING, MUTATING"
    })
    void dependsOnEntryEventAndThrottle(String event, Effect dryRun, Effect auditOnly, Effect full) {
        assertThat(of(event, "dry_run", "{}")).isEqualTo(dryRun);
        assertThat(of(event, "audit_only", "{}")).isEqualTo(auditOnly);
        assertThat(of(event, "full", "{}")).isEqualTo(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DRY_RUN", "dry-run", "", "0", " dry_run"})
    void isMutatingForAThrottleThatIsNotKnown(String throttle) {
        assertThat(of("validation_requested", throttle, "{}")).isEqualTo(Effect.MUTATING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"workflow\":\"maintain\"}",
                "{\"workflow\":null}",
                "{\"workflow\":[\"iterate\"]}",
                "{\"gates\":[]}",
                "{\"gates\":null}",
                "{\"loop_context\":{}}",
                "[]",
                "null",
                "\"\""
            })
    void isMutatingForAPayloadThatReroutesTheChain(String payload) {
        assertThat(of("iteration_requested", "dry_run", payload)).isEqualTo(Effect.MUTATING);
    }

    @ParameterizedTest
    @CsvSource({"iteration_requested, iterate", "prompt_execution_requested, prompt", "validation_requested, validate"})
    void staysReadOnlyWithTheEntryEventsOwnWorkflow(String event, String workflow) {
        assertThat(of(event, "dry_run", "{\"workflow\":\"" + workflow + "\",\"strategic\":true}"))
                .isEqualTo(Effect.READ_ONLY);
    }

    @Test
    void isMutatingForWhatIsAbsent() {
        assertThat(Effects.of(null, "dry_run", Inputs.json("{}"))).isEqualTo(Effect.MUTATING);
        assertThat(Effects.of("validation_requested", null, Inputs.json("{}"))).isEqualTo(Effect.MUTATING);
        assertThat(Effects.of("validation_requested", "dry_run", null)).isEqualTo(Effect.MUTATING);
    }

    @ParameterizedTest
    @EnumSource(Throttle.class)
    void readsEachThrottleUnderItsOwnNameOnly(Throttle throttle) {
        assertThat(Throttle.parse(throttle.wire())).contains(throttle);
        assertThat(Throttle.parse(throttle.name())).isEmpty();
    }

    private static Effect of(String event, String throttle, String payload) {
        return Effects.of(event, throttle, Inputs.json(payload));
    }
}
