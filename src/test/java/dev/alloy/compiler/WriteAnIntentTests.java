package dev.alloy.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.alloy.contract.DocumentSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** docs/write-an-intent.md names every member, and its examples come out as it says. */
class WriteAnIntentTests {

    private static final Pattern REFUSED = Pattern.compile("refused: `([a-z-]+)`.*");

    private record Row(String member, String good, String bad, String made) {

        String pointer() {
            return "/" + member.replace("[]", ".0").replace('.', '/');
        }

        @Override
        public String toString() {
            return member;
        }
    }

    private static String page() {
        try {
            return Files.readString(Path.of("docs/write-an-intent.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Row> rows() {
        return page().lines().filter(line -> line.startsWith("| `")).map(line -> {
            String[] cells = line.split("\\|", -1);
            assertThat(cells).as(line).hasSize(7);
            return new Row(code(cells[1]), code(cells[3]), code(cells[4]), cells[5].strip());
        });
    }

    private static String code(String cell) {
        return cell.strip().replaceAll("^`|`$", "");
    }

    @Test
    void namesEveryMemberOfTheSchemaOnceAndNoOther() {
        JsonNode schema = JsonMapper.shared()
                .readTree(DocumentSchemas.source("source_intent").orElseThrow());
        List<String> members = new ArrayList<>();
        collect(schema, schema, "", members);
        // Suggested evidence has the form of required evidence.
        members.removeIf(member -> member.startsWith("evidence_plan.suggested[]"));
        members.add("evidence_plan.suggested");
        assertThat(rows().map(Row::member)).containsExactlyInAnyOrderElementsOf(members);
    }

    private static void collect(JsonNode root, JsonNode at, String name, List<String> members) {
        JsonNode schema = at.has("$ref") ? root.at(at.path("$ref").asString().substring(1)) : at;
        if (schema.has("properties")) {
            schema.path("properties")
                    .properties()
                    .forEach(member -> collect(
                            root,
                            member.getValue(),
                            name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
                            members));
        } else if (itemsOf(root, schema).has("properties")) {
            collect(root, schema.path("items"), name + "[]", members);
        } else {
            members.add(name);
        }
    }

    private static JsonNode itemsOf(JsonNode root, JsonNode schema) {
        JsonNode items = schema.path("items");
        return items.has("$ref") ? root.at(items.path("$ref").asString().substring(1)) : items;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theGoodExampleCompiles(Row row) {
        assertThatNoException().isThrownBy(() -> compile(row.pointer(), row.good()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theBadExampleComesOutAsThePageSays(Row row) {
        var refused = REFUSED.matcher(row.made());
        if (refused.matches()) {
            assertThatExceptionOfType(IntentRefused.class)
                    .isThrownBy(() -> compile(row.pointer(), row.bad()))
                    .satisfies(refusal -> assertThat(refusal.findings()).anySatisfy(finding -> {
                        assertThat(finding.code()).isEqualTo(refused.group(1));
                        assertThat(anywhere(finding.pointer())).startsWith(anywhere(row.pointer()));
                    }));
        } else {
            assertThat(row.made()).startsWith("compiles");
            assertThatNoException().isThrownBy(() -> compile(row.pointer(), row.bad()));
        }
    }

    /** Of two that are alike, the later is told. */
    private static String anywhere(String pointer) {
        return pointer.replaceAll("/\\d+", "/0");
    }

    @Test
    void aWishThatIsNotThereIsAGap() {
        assertThat(compile("/foundry/wished_blocks", "[\"Deploy\"]").report().toString())
                .containsIgnoringCase("wished_block")
                .containsIgnoringCase("gap");
    }

    @Test
    void theSmallExampleIsComplete() {
        List<MatchResult> blocks = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
                .matcher(page())
                .results()
                .toList();
        assertThat(blocks).hasSize(1);
        JsonNode small = JsonMapper.shared().readTree(blocks.get(0).group(1));
        assertThatNoException().isThrownBy(() -> Inputs.workedExample()
                .intent(intent -> {
                    intent.removeAll();
                    intent.setAll((ObjectNode) small);
                })
                .compile());
    }

    private static Compilation compile(String pointer, String json) {
        return Inputs.workedExample().intent(pointer, json).compile();
    }
}
