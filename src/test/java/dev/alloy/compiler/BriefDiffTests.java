package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Two briefs are compared in the terms of a brief. */
class BriefDiffTests {

    @Test
    void findsNothingBetweenABriefAndItself() {
        assertThat(diff(Inputs.workedExample(), Inputs.workedExample())).isEmpty();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("/mission/objective", "\"Else.\"", "mission.objective", "mission.objective", "changed"),
                Arguments.of("/tradeoffs/-", "\"New\"", "tradeoffs", "New", "added"),
                Arguments.of(
                        "/protected_capabilities/0/severity",
                        "\"low\"",
                        "protected_capabilities",
                        "alloy.capability.replace-payment-provider",
                        "changed"),
                Arguments.of("/gates/0/timeout_secs", "5", "gates", "tests", "changed"),
                Arguments.of("/gates/2/command", "\"other\"", "gates", "rule_complexity", "changed"),
                Arguments.of("/foundry/payload/max_iterations", "4", "foundry.payload", "/max_iterations", "changed"),
                Arguments.of("/foundry/payload/extra", "{\"a\":[1]}", "foundry.payload", "/extra/a", "added"),
                Arguments.of("/foundry/throttle", "\"full\"", "foundry.throttle", "foundry.throttle", "changed"),
                Arguments.of(
                        "/evidence_plan/suggested",
                        "[]",
                        "evidence_plan.suggested",
                        "decline-cases-reviewed",
                        "removed"),
                Arguments.of(
                        "/agent_formation/roles/0/access",
                        "\"read_write\"",
                        "agent_formation.roles",
                        "engineering_intent_reviewer",
                        "changed"),
                Arguments.of("/feedback_hooks/on_failed", "[\"ask\"]", "feedback_hooks", "on_failed", "added"),
                Arguments.of("/codebase_observations/0/text", "\"Else.\"", "prompts", "assessment", "changed"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void namesWhatChanged(String pointer, String value, String area, String subject, String change) {
        assertThat(diff(Inputs.workedExample(), Inputs.workedExample().intent(pointer, value)))
                .extracting(BriefChange::area, BriefChange::subject, BriefChange::change)
                .contains(tuple(area, subject, change));
    }

    @Test
    void seesThatAnOrderChanged() {
        assertThat(diff(
                        Inputs.workedExample().intent("/tradeoffs", "[\"a\",\"b\",\"b\"]"),
                        Inputs.workedExample().intent("/tradeoffs", "[\"b\",\"b\",\"a\"]")))
                .extracting(BriefChange::area, BriefChange::change)
                .contains(tuple("tradeoffs", "reordered"));
    }

    @Test
    void showsWhatItWasAndWhatItIs() {
        assertThat(diff(Inputs.workedExample(), Inputs.workedExample().manifest("supports_trace_export", "false")))
                .filteredOn(change -> change.area().equals("target.features"))
                .extracting(BriefChange::subject, change -> chosen(change.before()), change -> chosen(change.after()))
                .containsExactly(tuple("trace_export", "export", "manual"));
    }

    private static String chosen(@Nullable JsonNode feature) {
        return feature == null ? "" : feature.path("chosen").asString();
    }

    @Test
    void namesABlockThatIsWishedForByItsName() {
        assertThat(diff(
                        Inputs.workedExample().intent("/foundry/wished_blocks", "[\"B\",\"C\"]"),
                        Inputs.workedExample().intent("/foundry/wished_blocks", "[\"A\",\"B\",\"C\"]")))
                .extracting(BriefChange::area, BriefChange::subject, BriefChange::change)
                .containsExactly(tuple("target.features", "wished_block A", "added"));
    }

    @Test
    void comparesWhatLiesVeryDeepAsAWhole() {
        String name = "n".repeat(200);
        String deep = "{\"%1$s\":{\"%1$s\":{\"%1$s\":{\"a\":%2$d,\"b\":1}}}}";
        assertThat(diff(
                        Inputs.workedExample().intent("/foundry/payload/x", deep.formatted(name, 1)),
                        Inputs.workedExample().intent("/foundry/payload/x", deep.formatted(name, 2))))
                .extracting(BriefChange::area, BriefChange::subject, BriefChange::change)
                .contains(tuple("foundry.payload", "/x/" + name + "/" + name, "changed"));
    }

    private static List<BriefChange> diff(Inputs before, Inputs after) {
        return BriefDiff.between(side(before.compile()), side(after.compile()));
    }

    private static BriefDiff.Side side(Compilation compilation) {
        return new BriefDiff.Side(
                compilation.brief().tree(),
                compilation.promptPack().tree(),
                compilation.overlays().stream()
                        .<JsonNode>map(overlay -> overlay.document().tree())
                        .toList());
    }
}
