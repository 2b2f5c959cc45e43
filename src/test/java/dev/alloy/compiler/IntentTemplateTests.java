package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.alloy.contract.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** A template fills its places with values, each once and each of its type. */
class IntentTemplateTests {

    private static final String PARAMETERS = """
            [{"name":"feature","type":"string","required":true},
             {"name":"rounds","type":"integer","default":3},
             {"name":"strategic","type":"boolean","default":false},
             {"name":"moves","type":"list","default":["never"]},
             {"name":"note","type":"string","required":false}]""";

    @Test
    void fillsPlacesWithValuesOfTheirType() {
        IntentTemplate.Filled filled = template("""
                {"mission":{"objective":"Build {{feature}} in {{ rounds }} rounds: {{strategic}}"},
                 "foundry":{"payload":{"max_iterations":"{{rounds}}","strategic":"{{strategic}}"}},
                 "forbidden_moves":["first","{{moves}}","last"],"tradeoffs":"{{moves}}"}""").fill(json("{\"feature\":\"carts\",\"moves\":[\"a\",\"b\"]}"));

        assertThat(filled.sourceIntent()).isEqualTo(json("""
                {"mission":{"objective":"Build carts in 3 rounds: false"},
                 "foundry":{"payload":{"max_iterations":3,"strategic":false}},
                 "forbidden_moves":["first","a","b","last"],"tradeoffs":["a","b"]}"""));
        assertThat(filled.values())
                .isEqualTo(json("{\"feature\":\"carts\",\"rounds\":3,\"strategic\":false,\"moves\":[\"a\",\"b\"]}"));
    }

    @Test
    void leavesOutWhatHasNoValue() {
        IntentTemplate.Filled filled = template(
                        "{\"tradeoffs\":[\"{{note}}\",\"kept\"],\"mission\":{\"objective\":\"{{note}}\",\"x\":\"a{{note}}b\"}}")
                .fill(json("{\"feature\":\"x\"}"));

        assertThat(filled.sourceIntent()).isEqualTo(json("{\"tradeoffs\":[\"kept\"],\"mission\":{\"x\":\"ab\"}}"));
    }

    @Test
    void looksAtNoValueAgain() {
        IntentTemplate.Filled filled = template("{\"a\":\"{{feature}}\",\"b\":\"is {{feature}}\",\"c\":\"{{.State}}\"}")
                .fill(json("{\"feature\":\"{{rounds}} $1 \\\\\"}"));

        assertThat(filled.sourceIntent())
                .isEqualTo(json("{\"a\":\"{{rounds}} $1 \\\\\",\"b\":\"is {{rounds}} $1 \\\\\",\"c\":\"{{.State}}\"}"));
    }

    @Test
    void tellsEverythingThatIsWrongWithTheValues() {
        TemplateRefused refused = catchThrowableOfType(TemplateRefused.class, () -> template("{}")
                .fill(json("{\"rounds\":\"3\",\"strategic\":1,\"moves\":{},\"featur\":\"x\",\"note\":null}")));

        assertThat(refused.findings())
                .extracting(Finding::pointer, Finding::code)
                .containsExactly(
                        tuple("/parameters/featur", "unknown-parameter"),
                        tuple("/parameters/feature", "missing-parameter"),
                        tuple("/parameters/moves", "wrong-type"),
                        tuple("/parameters/note", "wrong-type"),
                        tuple("/parameters/rounds", "wrong-type"),
                        tuple("/parameters/strategic", "wrong-type"));
    }

    @ParameterizedTest
    @CsvSource({"1.0", "1.5", "true", "'\"1\"'", "null", "[1]"})
    void takesNothingElseForAnInteger(String value) {
        assertThat(catchThrowableOfType(TemplateRefused.class, () -> template("{}")
                        .fill(json("{\"feature\":\"x\",\"rounds\":" + value + "}"))))
                .isNotNull();
    }

    @Test
    void doesNotGrowWithoutBound() {
        String places = "\"" + "{{feature}}".repeat(200) + "\"";
        TemplateRefused refused =
                catchThrowableOfType(TemplateRefused.class, () -> template("{\"a\":[" + places + "," + places + "]}")
                        .fill(json("{\"feature\":\"" + "x".repeat(10_000) + "\"}")));

        assertThat(refused.findings()).extracting(Finding::code).containsExactly("too-long");
    }

    @Test
    void checksATemplateWithoutItsValues() {
        List<Finding> findings = IntentTemplate.check(Inputs.json("""
                        [{"name":"a","type":"list"},{"name":"a","type":"string"},{"name":"n","type":"integer","default":"1"},
                         {"name":"r","type":"string","required":true,"default":"x"}]"""), json("""
                        {"mission":{"objective":"{{typo}}"},"tradeoffs":["with {{a}} inside"],"foundry":{"throtle":"full",
                         "payload":{"{{n}}":1}},"gates":[{"name":"g","command":"c","required":"{{n}}","mode":"advisory","phase":"never"}]}"""));

        assertThat(findings)
                .extracting(Finding::pointer, Finding::code)
                .containsExactly(
                        tuple("/parameters/1/name", "duplicate-id"),
                        tuple("/parameters/2/default", "wrong-type"),
                        tuple("/parameters/3/default", "required-with-default"),
                        tuple("/source_intent/foundry/payload/{{n}}", "placeholder-in-name"),
                        tuple("/source_intent/foundry/throtle", "unknown-member"),
                        tuple("/source_intent/gates/0/phase", "unknown-value"),
                        tuple("/source_intent/mission/objective", "undeclared-parameter"),
                        tuple("/source_intent/tradeoffs/0", "list-in-text"));
    }

    @Test
    void mergesObjectsAndLetsTheUpperIntentWin() {
        assertThat(IntentTemplate.merge(
                        json("{\"mission\":{\"objective\":\"a\",\"stop_conditions\":[\"s\"]},\"tradeoffs\":[\"t\"]}"),
                        json("{\"mission\":{\"objective\":\"b\"},\"tradeoffs\":[],\"gates\":[]}")))
                .isEqualTo(
                        json(
                                "{\"mission\":{\"objective\":\"b\",\"stop_conditions\":[\"s\"]},\"tradeoffs\":[],\"gates\":[]}"));
    }

    private static IntentTemplate template(String intent) {
        return new IntentTemplate(Inputs.json(PARAMETERS), json(intent));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) Inputs.json(text);
    }
}
