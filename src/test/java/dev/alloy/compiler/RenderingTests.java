package dev.alloy.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.CanonicalJson;
import dev.alloy.contract.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RenderingTests {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Test
    void rendersABriefThatEveryYamlReaderReadsBackWithItsDigest() {
        CompiledDocument brief = Inputs.workedExample()
                .intent(
                        "/foundry/payload/odd",
                        "{\"yes\":\"no\",\"on\":\"0o17\",\"n\":\"1:20\",\"d\":\"2020-01-01\",\"~\":\"~\"}")
                .compile()
                .brief();

        assertSameInBothVersions(brief.tree(), brief.digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":[],\"b\":{},\"c\":[[]],\"d\":[{}],\"e\":[[1,[2]],{\"f\":[{\"g\":null}]}]}",
                "{\"a\":[1,-1,0,9007199254740991,-9007199254740991,0.5,-0.000001,1e-7,1.5e-7,1e21,1e30,-1E+300,5e-324]}",
                "{\"a\":[true,false,null,\"true\",\"null\",\"~\",\"\",\" \",\"-\",\"- a\",\"a: b\",\"a #b\",\"# a\",\"&a\",\"*a\",\"!a\",\"%a\",\"@a\",\"`a`\"]}",
                "{\"a\":[\"0x1F\",\"0b1\",\"017\",\"0o17\",\"1_000\",\"1e3\",\".inf\",\".NaN\",\"12:30:45\",\"2001-12-14\",\"=\",\"y\",\"Yes\",\"OFF\"]}",
                "{\"<<\":{\"a\":1},\"b\":\"<<\"}",
                "{\"a\\nb\":\"c\\r\\n\\td\",\"\\\"\":\"\\\\\",\"?\":\"?\",\"a: b\":1,\" a \":2,\"\":3,\"1\":4,\"null\":5}",
                "{\"a\":\"\\u0001\\u001f\\u007f\\u0085\\u00a0\\u2028\\u2029\\ufeff\\ufffe\\uffff\\u200b\\u202e\"}",
                "{\"a\":\"\\ud83d\\ude00\\udb40\\udc41\\u00e9\\u4e2d\\u0627\"}",
                "{\"a\":\"trailing space \\n  leading space\\\\n\"}"
            })
    void rendersEveryKindOfJson(String json) {
        JsonNode tree = Inputs.json(json);

        assertSameInBothVersions(tree, Digest.of(tree));
    }

    @Test
    void rendersNamesTooLongForASimpleKey() {
        JsonNode tree = Inputs.json("{\"a\":{\"" + "k".repeat(900) + "\\\"".repeat(60) + "\":{\"b\":[1]},\""
                + "m".repeat(1000) + "\":\"x\"}}");

        assertSameInBothVersions(tree, Digest.of(tree));
    }

    @Test
    void saysIdVersionAndDigestInItsHeaderOnly() {
        CompiledDocument brief = Inputs.workedExample().compile().brief();
        String yaml = new String(BriefYaml.render(brief.tree(), "brief_01\n\"x\": 1", 3, brief.digest()), UTF_8);

        assertThat(yaml.lines().filter(line -> line.startsWith("#")))
                .contains("# id: brief_01 \"x\": 1", "# version: 3", "# digest: " + brief.digest());
        assertThat(yaml.lines().filter(line -> !line.startsWith("#"))).noneMatch(line -> line.contains("brief_01"));
    }

    @Test
    void writesRequiredGatesInFoundrysOwnFormat() {
        assertThat(new String(GateFiles.honeGates(overlays()).orElseThrow(), UTF_8))
                .isEqualTo(
                        "{\"gates\":[{\"command\":\"./scripts/check-vendor-imports.sh\",\"name\":\"vendor_import_boundary\","
                                + "\"required\":true,\"timeout\":30},{\"command\":\"./gradlew test\",\"name\":\"tests\",\"required\":true,"
                                + "\"timeout\":600}]}");
    }

    @Test
    void writesAdvisoryGatesAsAChecklist() {
        assertThat(new String(GateFiles.checklist(overlays()).orElseThrow(), UTF_8))
                .endsWith("- [ ] `rule_complexity` (verify, at most 60 s): `./scripts/complexity.sh`\n");
    }

    @Test
    void writesNoFileWithoutGates() {
        assertThat(GateFiles.honeGates(List.of())).isEmpty();
        assertThat(GateFiles.checklist(List.of())).isEmpty();
    }

    @Test
    void makesACompleteTree() {
        Compilation compilation = Inputs.workedExample().compile();

        assertThat(AlloyTree.files(
                        compilation.brief().tree(),
                        1,
                        Inputs.REFERENCES,
                        compilation.promptPack().tree(),
                        overlays()))
                .extracting(AlloyFile::path)
                .containsExactly(
                        ".alloy/briefs/brief_01HZ.yaml",
                        ".alloy/prompts/assessment.md",
                        ".alloy/prompts/triage.md",
                        ".alloy/prompts/planning.md",
                        ".alloy/prompts/execution.md",
                        ".alloy/prompts/review.md",
                        ".alloy/prompts/retry.md",
                        ".alloy/prompts/summarization.md",
                        ".alloy/prompts/intent_feedback.md",
                        ".alloy/gates/checklist.md",
                        ".alloy/gates/overlay.hone-gates.json",
                        ".alloy/foundry.json");
    }

    private static List<? extends JsonNode> overlays() {
        return Inputs.workedExample().compile().overlays().stream()
                .map(overlay -> overlay.document().tree())
                .toList();
    }

    private static void assertSameInBothVersions(JsonNode tree, String digest) {
        String yaml = new String(BriefYaml.render(tree, "brief_01HZ", 1, digest), UTF_8);
        Object yaml11 = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        Object yaml12 = new Load(LoadSettings.builder().build()).loadFromString(yaml);

        assertThat(CanonicalJson.text(MAPPER.valueToTree(yaml11)))
                .as("YAML 1.1 of\n" + yaml)
                .isEqualTo(CanonicalJson.text(tree));
        assertThat(Digest.of(MAPPER.<JsonNode>valueToTree(yaml11))).isEqualTo(digest);
        assertThat(Digest.of(MAPPER.<JsonNode>valueToTree(yaml12)))
                .as("YAML 1.2 of\n" + yaml)
                .isEqualTo(digest);
    }
}
