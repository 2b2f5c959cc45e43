package dev.alloy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class DocumentSchemasTests {

    private static final String SOME_DIGEST = "sha256:" + "0".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "source_intent, source-intent",
        "foundry.capability_manifest.v1, capability-manifest",
        "foundry.capability_manifest.v1, capability-manifest-foundry-0.13.0",
        "alloy.foundry_execution_request.v1, execution-request",
        "alloy.foundry_run_result.v1, run-result",
        "foundry.process_result, foundry-trace-greet",
        "foundry.process_result, foundry-trace-validation",
        "foundry.process_result, foundry-trace-strategic-dry-run"
    })
    void acceptsTheWorkedExamples(String schema, String example) throws Exception {
        assertThat(DocumentSchemas.validate(schema, example(example))).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("/throttle", "\"ful\"", "/throttle", "unknown-value", "one of: dry_run, audit_only, full."),
                mistake("/status", "1", "/status", "unknown-value", "one of: completed, completed_with_findings"),
                mistake("/retry_count", "\"1\"", "/retry_count", "wrong-type", "Expected an integer, found a string."),
                mistake("/retry_count", "1.9", "/retry_count", "wrong-type", "Expected an integer, found a number."),
                mistake("/retry_count", "-1", "/retry_count", "out-of-range", "The number must be 0 or more."),
                mistake("/gates", "null", "/gates", "wrong-type", "Expected a list, found null."),
                mistake(
                        "/gates/0/required",
                        "1",
                        "/gates/0/required",
                        "wrong-type",
                        "Expected a boolean, found an integer."),
                mistake("/gates/1/phase", "null", "/gates/1/phase", "unknown-value", "one of: preflight, verify."),
                mistake("/gates/0", "{}", "/gates/0/name", "missing-member", "This member is required."),
                mistake(
                        "/changes/commits",
                        "[null]",
                        "/changes/commits/0",
                        "wrong-type",
                        "Expected a string, found null."),
                mistake("/brief_digest", "\"sha256:ABC\"", "/brief_digest", "wrong-format", "64 lower-case"),
                mistake("/repo_revision_before", "\"main\"", "/repo_revision_before", "wrong-format", "A revision is"),
                mistake(
                        "/repo_revision_before",
                        "\"abc123\\n\"",
                        "/repo_revision_before",
                        "wrong-format",
                        "A revision is"),
                mistake("/trace_id", "\"x\"", "/trace_id", "wrong-format", "32 lower-case"),
                mistake("/foundry_run_id", "\"a b\"", "/foundry_run_id", "wrong-format", "letters, digits"),
                mistake("/project_id", "\"\"", "/project_id", "too-short", "at least 1 character."),
                mistake("/completed_at", "\"2026-06-06T10:21:44\"", "/completed_at", "wrong-format", "with an offset"),
                mistake("/completed_at", "\"yesterday\"", "/completed_at", "wrong-format", "RFC 3339"),
                mistake(
                        "/schema_version",
                        "\"alloy.foundry_run_result.v2\"",
                        "/schema_version",
                        "unknown-value",
                        "must be alloy.foundry_run_result.v1."));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrongAndWhere(String at, String value, String pointer, String code, String sentence)
            throws Exception {
        ObjectNode result = example("run-result");
        replace(result, at, StrictJson.read(value.getBytes(StandardCharsets.UTF_8)));

        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .anySatisfy(finding -> {
                    assertThat(finding.pointer()).isEqualTo(pointer);
                    assertThat(finding.code()).isEqualTo(code);
                    assertThat(finding.detail()).contains(sentence);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alloy.evidence_observation.v1|{\"evidence_definition_id\":\"evidence_1\",\"status\":\"satisfied\",\"supporting_artifacts\":[\"trace://t/1\",\"repo://a\",\"https://x\"],\"more\":1}|''",
                "alloy.evidence_observation.v1|{\"evidence_definition_id\":\"evidence_1\",\"status\":\"fine\"}|/status",
                "alloy.evidence_observation.v1|{\"status\":\"unknown\"}|/evidence_definition_id",
                "alloy.evidence_observation.v1|{\"evidence_definition_id\":\"e\",\"status\":\"unknown\",\"supporting_artifacts\":[\"file:///etc\"]}|/supporting_artifacts/0",
                "alloy.trace_summary.v1|{}|''",
                "alloy.trace_summary.v1|{\"root_event\":\"evt_1\",\"blocks_executed\":[\"Check Charter\"],\"gate_phases\":[{\"phase\":\"verify\",\"all_passed\":true,\"required_passed\":true,\"results\":[{}]}],\"pushed\":false,\"correlation\":{\"event_ids\":[\"evt_1\"]}}|''",
                "alloy.trace_summary.v1|{\"blocks_executed\":[1]}|/blocks_executed/0",
                "alloy.trace_summary.v1|{\"retry_requests\":-1}|/retry_requests"
            })
    void judgesTheDocumentsThatRunnersSend(String schema, String json, String pointer) throws Exception {
        ObjectNode document = (ObjectNode) StrictJson.read(json.getBytes(StandardCharsets.UTF_8));
        document.put("schema_version", schema);

        assertThat(DocumentSchemas.validate(schema, document))
                .extracting(Finding::pointer)
                .isEqualTo(pointer.isEmpty() ? List.of() : List.of(pointer));
    }

    @Test
    void acceptsUnknownMembersAndNullsWhereADocumentMayHaveThem() throws Exception {
        ObjectNode result = example("run-result");
        result.put("from_a_later_minor", true).putNull("repo_revision_after").putNull("trace_id");
        result.remove(List.of("foundry_run_id", "gates", "changes", "summary", "evidence_observations"));

        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .isEmpty();
    }

    @Test
    void pointsAtAMisspeltMemberOfTheSourceIntent() throws Exception {
        ObjectNode intent = example("source-intent");
        ((ObjectNode) intent.get("foundry")).put("throtle", "full").put("a/b~c", 1);

        assertThat(DocumentSchemas.validate("source_intent", intent))
                .extracting(Finding::pointer, Finding::code)
                .containsExactly(
                        tuple("/foundry/a~1b~0c", "unknown-member"), tuple("/foundry/throtle", "unknown-member"));
    }

    @Test
    void listsEveryMissingMemberAtOnce() throws Exception {
        assertThat(DocumentSchemas.validate("source_intent", StrictJson.read("{}".getBytes(StandardCharsets.UTF_8))))
                .extracting(Finding::pointer)
                .containsExactly("/evidence_plan", "/foundry", "/mission", "/protected_capabilities");
    }

    @Test
    void neverEchoesTheInput() throws Exception {
        String secret = "hunter2".repeat(2_000);
        ObjectNode result = example("run-result");
        result.put("throttle", secret)
                .put("brief_digest", secret)
                .put("retry_count", secret)
                .put("completed_at", secret);

        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .hasSize(4)
                .allSatisfy(finding -> {
                    assertThat(finding.detail()).doesNotContain("hunter2").hasSizeLessThan(300);
                });
    }

    @Test
    void shortensALongMemberName() throws Exception {
        ObjectNode intent = example("source-intent");
        intent.put("x".repeat(900), 1);

        assertThat(DocumentSchemas.validate("source_intent", intent))
                .singleElement()
                .satisfies(finding -> assertThat(finding.pointer()).hasSize(101));
    }

    @Test
    void speaksTheSameUnderEveryDefaultLocale() throws Exception {
        ObjectNode result = example("run-result");
        result.put("retry_count", 5_000_000);
        List<Finding> here = DocumentSchemas.validate("alloy.foundry_run_result.v1", result);
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                    .isEqualTo(here);
        } finally {
            Locale.setDefault(before);
        }
        assertThat(here).singleElement().extracting(Finding::detail).isEqualTo("The number must be 1000000 or less.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../application", "nothing.v1", "", "A", "..", "source_intent.json"})
    void hasNoSchemaOfAnotherName(String name) {
        assertThat(DocumentSchemas.source(name)).isEmpty();
        assertThatThrownBy(() -> DocumentSchemas.validate(name, example("run-result")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Arguments mistake(String at, String value, String pointer, String code, String sentence) {
        return argumentSet(at + " = " + value, at, value, pointer, code, sentence);
    }

    private static void replace(JsonNode document, String pointer, JsonNode value) {
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, cut));
        String last = pointer.substring(cut + 1);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(last), value);
        }
    }

    /** An example as published, its stand-ins for generated values replaced by values of the right form. */
    private static ObjectNode example(String name) throws IOException, UnreadableJson {
        try (var in = DocumentSchemasTests.class.getResourceAsStream("/examples/" + name + ".json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"sha256:…\"", "\"" + SOME_DIGEST + "\"")
                    .replace("\"sha256:example\"", "\"" + SOME_DIGEST + "\"")
                    .replace("…", "01HZ");
            return (ObjectNode) StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e21", "-1e21", "1e300", "-1e300", "1.7976931348623157e308"})
    void takesNoNumberForOneWithinBoundsHoweverLargeItIs(String number) throws Exception {
        ObjectNode intent = example("source-intent");
        replace(intent, "/gates/0/timeout_secs", StrictJson.read(number.getBytes(StandardCharsets.UTF_8)));

        assertThat(DocumentSchemas.validate("source_intent", intent))
                .extracting(Finding::pointer, Finding::code)
                .containsExactly(tuple("/gates/0/timeout_secs", "out-of-range"));
    }

    @ParameterizedTest
    @CsvSource({
        "alloy.foundry_run_result.v1, /retry_count",
        "alloy.foundry_run_result.v1, /gates/0/duration_ms",
        "alloy.foundry_run_result.v1, /gates/0/exit_code"
    })
    void findsHugeNumbersInDocuments(String schema, String pointer) throws Exception {
        ObjectNode result = example("run-result");
        replace(result, pointer, StrictJson.read("1e300".getBytes(StandardCharsets.UTF_8)));

        assertThat(DocumentSchemas.validate(schema, result))
                .extracting(Finding::pointer)
                .containsExactly(pointer);
    }
}
