package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.bridge.GateFile.Gate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GateFileTests {

    private static final String OWN = """
            {"owner":"team","gates":[{"name":"tests","command":"make test","required":false,"timeout":60,"why":"x"},
             {"name":"lint","command":"make lint","required":true}]}""";

    private static GateFile own() {
        return GateFile.read(OWN.getBytes(StandardCharsets.UTF_8));
    }

    private static Gate gate(String name, String command) {
        return new Gate(name, command, true, 90, List.of());
    }

    private static JsonNode merged(GateFile file, Gate... gates) {
        return JsonMapper.shared().readTree(file.merged(List.of(gates)));
    }

    @Test
    void addsWhatIsMissingAndKeepsWhatIsThere() {
        JsonNode merged = merged(own(), gate("tests", "make test"), gate("boundary", "./check.sh"));

        assertThat(merged.path("owner").asString()).isEqualTo("team");
        assertThat(merged.path("gates").valueStream().map(one -> one.path("name")
                        .asString()))
                .containsExactly("tests", "lint", "boundary");
        assertThat(merged.at("/gates/0").toString())
                .isEqualTo(
                        "{\"name\":\"tests\",\"command\":\"make test\",\"required\":true,\"timeout\":90,\"why\":\"x\"}");
        assertThat(merged.at("/gates/2/timeout").asInt()).isEqualTo(90);
    }

    @Test
    void takesTheApprovedCommandOfAGateOfTheSameName() {
        assertThat(merged(own(), gate("lint", "make strict-lint"))
                        .at("/gates/1/command")
                        .asString())
                .isEqualTo("make strict-lint");
        assertThat(own().unknownOf(List.of(gate("lint", "make strict-lint"), gate("tests", "make test"))))
                .containsExactly("lint");
    }

    @Test
    void leavesTheFileAloneWhereNothingIsRequired() {
        assertThat(own().merged(List.of(new Gate("advice", "x", false, 0, List.of()))))
                .isNull();
        assertThat(own().unknownOf(List.of(new Gate("advice", "x", false, 0, List.of()))))
                .isEmpty();
    }

    @Test
    void makesAFileWhereThereIsNone() {
        assertThat(merged(GateFile.read(null), gate("tests", "make test")).path("gates"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"gates\":[{\"name\":\"a\",\"command\":\"b\"}]}",
                "{\"gates\":[{\"name\":\"a\",\"command\":\"b\",\"required\":\"yes\"}]}",
                "{\"gates\":[{\"name\":\"a\",\"name\":\"a\",\"command\":\"b\",\"required\":true}]}"
            })
    void refusesAFileThatFoundryWouldNotRead(String text) {
        assertThatExceptionOfType(ExecutionRefused.class)
                .isThrownBy(() -> GateFile.read(text.getBytes(StandardCharsets.UTF_8)))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("gate-file-unreadable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"make test\u0000", "make test\u202e", "make\u200b test", "\u001b[2Kmake test", " "})
    void refusesACommandThatIsNotWhatItLooksLike(String command) {
        assertThatExceptionOfType(ExecutionRefused.class)
                .isThrownBy(() -> own().merged(List.of(gate("tests", command))))
                .satisfies(refusal -> assertThat(refusal.category()).isEqualTo("safety"));
    }
}
