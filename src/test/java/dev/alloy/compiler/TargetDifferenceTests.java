package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A later manifest is judged by the decisions it would change, and by nothing else. */
class TargetDifferenceTests {

    @Test
    void findsNoneInAManifestThatDecidesTheSame() {
        CompilerInput later = Inputs.workedExample()
                .manifest("foundry_version", "\"0.12.1\"")
                .manifest("supported_throttle_modes", "[\"dry_run\"]")
                .manifest("something_new", "{\"a\":[1]}")
                .input();

        assertThat(between(Inputs.workedExample().input(), later)).isEmpty();
    }

    @Test
    void findsTheDecisionsThatWouldBeOthers() {
        Inputs later = Inputs.workedExample()
                .manifest("supports_trace_export", "false")
                .manifest("supports_prompt_pack", "false");

        assertThat(between(Inputs.workedExample().input(), later.input()))
                .extracting(TargetDifference::feature, TargetDifference::pinned, TargetDifference::now)
                .containsExactly(
                        tuple("prompt_pack", "reference", ".alloy/prompts/{phase}.md"),
                        tuple("compiled_prompt", null, "strategic_prompt"),
                        tuple("trace_export", "export", "manual"));
        assertThat(between(later.input(), Inputs.workedExample().input()))
                .extracting(TargetDifference::feature)
                .containsExactly("prompt_pack", "trace_export", "compiled_prompt");
    }

    @Test
    void saysWhatWouldBeRefusedNow() {
        CompilerInput later = Inputs.workedExample()
                .manifest("supported_entry_events", "[\"validation_requested\"]")
                .input();

        assertThat(between(Inputs.workedExample().input(), later))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.feature()).isEqualTo("entry_event");
                    assertThat(difference.now()).isEqualTo("refused");
                    assertThat(difference.because()).contains("validation_requested");
                });
    }

    @Test
    void mindsHowTheInstallationIsReached() {
        CompilerInput later =
                Inputs.workedExample().connection(Connection.MANUAL).input();

        assertThat(between(Inputs.workedExample().input(), later))
                .extracting(TargetDifference::feature)
                .contains("integration_mode");
    }

    @Test
    void isReadAsItIsWritten() {
        var difference = new TargetDifference("trace_export", "export", null, "manual", "Because.");

        assertThat(TargetDifference.of(difference.toJson())).isEqualTo(difference);
    }

    private static List<TargetDifference> between(CompilerInput pinned, CompilerInput now) {
        return TargetDifference.between(pinned, now);
    }
}
