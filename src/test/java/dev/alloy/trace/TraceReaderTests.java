package dev.alloy.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.contract.Digest;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.http.SpooledBody;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.testing.TraceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is read from traces: those of the real daemon, and others. */
class TraceReaderTests {

    @TempDir
    private Path directory;

    private SpooledBody body(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("trace"), bytes);
        return new SpooledBody(file, Digest.of(bytes), bytes.length);
    }

    private ObjectNode summary(String text) throws IOException {
        ObjectNode summary = TraceFiles.processResult(body(text)).summary();
        assertThat(DocumentSchemas.validate("alloy.trace_summary.v1", summary)).isEmpty();
        return summary;
    }

    private ObjectNode printed(String text) throws IOException {
        ObjectNode summary = TraceFiles.cliText(body(text)).summary();
        assertThat(DocumentSchemas.validate("alloy.trace_summary.v1", summary)).isEmpty();
        return summary;
    }

    private static String real(String name) throws IOException {
        try (var in = TraceReaderTests.class.getResourceAsStream("/examples/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Iterable<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void readsAGreeting() throws IOException {
        ObjectNode summary = summary(real("foundry-trace-greet"));

        assertThat(summary.path("entry_event").asString()).isEqualTo("greet_requested");
        assertThat(summary.at("/root_event/id").asString()).isEqualTo("evt_b86aa114ecb6e9fe98a6893b");
        assertThat(summary.at("/terminal_event/event_type").asString()).isEqualTo("greeting_delivered");
        assertThat(texts(summary.path("blocks_executed"))).containsExactly("Compose Greeting", "Deliver Greeting");
        assertThat(texts(summary.path("mutators_executed"))).containsExactly("Deliver Greeting");
        assertThat(summary.path("event_ids_verified").booleanValue()).isTrue();
        assertThat(summary.at("/correlation/trace_id").asString()).isEqualTo("trc_60947c16f68b4455a1781806187089a4");
        assertThat(summary.at("/correlation/event_ids")).hasSize(3);
        assertThat(summary.path("throttle").asString()).isEqualTo("full");
    }

    @Test
    void readsAValidation() throws IOException {
        ObjectNode summary = summary(real("foundry-trace-validation"));

        assertThat(texts(summary.path("blocks_executed")))
                .containsExactly("Resolve Gates", "Run Preflight Gates", "Route Validation Result");
        assertThat(texts(summary.path("blocks_skipped")))
                .containsExactly("Execute Maintain", "Assess Project", "Direct Prompt");
        assertThat(summary.path("mutators_executed")).isEmpty();
        assertThat(summary.path("event_ids_verified").booleanValue()).isTrue();
        JsonNode phases = summary.path("gate_phases");
        assertThat(phases.findValuesAsString("phase")).containsExactly("preflight", "validation");
        assertThat(phases.at("/0/required_passed").booleanValue()).isFalse();
        assertThat(phases.at("/0/results")).hasSize(3);
        assertThat(summary.path("errors").findValuesAsString("block"))
                .containsExactly("Run Preflight Gates", "Route Validation Result");
    }

    @Test
    void readsAStrategicDryRun() throws IOException {
        ObjectNode summary = summary(real("foundry-trace-strategic-dry-run"));

        assertThat(texts(summary.path("mutators_simulated")))
                .containsExactly("Execute Maintain", "Execute Plan", "Retry Execution", "Commit and Push");
        assertThat(texts(summary.path("blocks_executed")))
                .doesNotContain("Execute Plan", "Commit and Push", "Direct Prompt", "Route Validation Result")
                .contains("Run Verify Gates", "Check Charter");
        assertThat(texts(summary.path("blocks_skipped")))
                .containsExactly("Check Charter", "Route Validation Result", "Direct Prompt");
        assertThat(summary.path("mutators_executed")).isEmpty();
        assertThat(summary.path("blocks_unknown")).isEmpty();
        assertThat(summary.path("retry_requests").intValue()).isEqualTo(1);
        assertThat(summary.path("commits")).isEmpty();
        assertThat(summary.path("pushed").booleanValue()).isFalse();
        assertThat(summary.path("event_ids_verified").booleanValue()).isTrue();
        assertThat(summary.path("gate_phases").findValuesAsString("phase"))
                .containsExactly("preflight", "verify", "verify");
        assertThat(summary.at("/gate_phases/1/required_passed").booleanValue()).isFalse();
        assertThat(summary.at("/gate_phases/2/required_passed").booleanValue()).isTrue();
    }

    @Test
    void verifiesIdsHoweverTheFileIsWritten() throws IOException {
        ObjectNode greet = (ObjectNode) JsonMapper.shared().readTree(real("foundry-trace-greet"));
        assertThat(summary(greet.toString()).path("event_ids_verified").booleanValue())
                .as("compact")
                .isTrue();

        ObjectNode strategic = (ObjectNode) JsonMapper.shared().readTree(real("foundry-trace-strategic-dry-run"));
        ObjectNode payload = (ObjectNode) strategic.at("/events/0/payload");
        payload.set("actions", payload.remove("actions"));
        assertThat(summary(strategic.toString()).path("event_ids_verified").booleanValue())
                .as("members in another order")
                .isTrue();

        TraceFile umlauts = new TraceFile("t", "p", "full")
                .event("greet_requested", "{\"name\":\"Bj\u00f6rn \u2713 \ud83d\ude00\"}");
        assertThat(summary(umlauts.text().replace("\u00f6", "\\u00f6"))
                        .path("event_ids_verified")
                        .booleanValue())
                .as("other escapes")
                .isTrue();
    }

    @Test
    void noticesAnEventThatWasChanged() throws IOException {
        ObjectNode summary = summary(real("foundry-trace-greet").replace("\"name\": \"Alloy\"", "\"name\": \"Alley\""));

        assertThat(summary.path("event_ids_verified").booleanValue()).isFalse();
        assertThat(summary.at("/counts/event_ids_refuted").intValue()).isEqualTo(1);
        assertThat(summary.path("errors").findValuesAsString("event_id"))
                .containsExactly("evt_b86aa114ecb6e9fe98a6893b");
    }

    @Test
    void countsOnlyWhatWasReallyCommittedAndPushed() throws IOException {
        ObjectNode summary = summary(new TraceFile("t", "p", "full")
                .event("iteration_requested", "{}")
                .event("project_changes_committed", "{\"cve\":\"unknown\",\"stub\":true}")
                .event("project_changes_pushed", "{\"cve\":\"unknown\",\"dry_run\":true}")
                .event("project_changes_committed", "{\"cve\":\"unknown\",\"message\":\"chore(p): automated iterate\"}")
                .block("Commit and Push", true, "Committed changes")
                .block("A New Block", true, "did something")
                .text());

        assertThat(summary.path("commits").findValuesAsString("message"))
                .containsExactly("chore(p): automated iterate");
        assertThat(summary.path("pushed").booleanValue()).isFalse();
        assertThat(texts(summary.path("blocks_unknown"))).containsExactly("A New Block");
    }

    @Test
    void countsEventsOfOtherChains() throws IOException {
        TraceFile file =
                new TraceFile("t", "p", "full").event("greet_requested", "{}").event("greeting_composed", "{}");
        ((ObjectNode) file.tree().at("/events/1")).put("trace_id", "another");

        assertThat(summary(file.text()).at("/counts/events_of_other_chains").intValue())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 333, 700, 1500, 2300})
    void saysWhereATraceIsCutOff(int length) throws IOException {
        SpooledBody cut = body(real("foundry-trace-greet").substring(0, length));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.processResult(cut))
                .satisfies(e -> {
                    assertThat(e.type()).isEqualTo(ProblemType.MALFORMED_JSON);
                    assertThat(e)
                            .hasMessageContaining("cut off after " + length + " bytes")
                            .hasMessageContaining("line ");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /events",
                "[] | ''",
                "{\"events\":[]} | /block_executions",
                "{\"events\":[],\"block_executions\":[]} | /events",
                "{\"events\":[1],\"block_executions\":[]} | /events/0",
                "{\"events\":{},\"block_executions\":[]} | /events",
                "{\"events\":[{\"id\":\"e\"}],\"block_executions\":[]} | /events/0/event_type",
                "{\"events\":[{\"id\":7}],\"block_executions\":[]} | /events/0/id",
                "{\"events\":[],\"block_executions\":[{\"block_name\":\"b\",\"summary\":\"\"}]} | /block_executions/0/success",
                "{\"events\":[],\"block_executions\":[],\"total_duration_ms\":\"1\"} | /total_duration_ms",
                "{\"events\":[],\"block_executions\":[],\"total_duration_ms\":-1} | /total_duration_ms",
            })
    void refusesJsonThatIsNoTrace(String text, String pointer) throws IOException {
        SpooledBody body = body(text);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.processResult(body))
                .satisfies(e -> {
                    assertThat(e.type()).isEqualTo(ProblemType.INVALID_BODY);
                    assertThat(e.errors().get(0).pointer()).isEqualTo(pointer);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"events\":[],\"events\":[]}",
                "{\"events\":[]} {}",
                "\ufeff{}",
                "{\"events\":[}",
                "",
                "nonsense"
            })
    void refusesWhatIsNoJson(String text) throws IOException {
        SpooledBody body = body(text);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.processResult(body))
                .satisfies(e -> assertThat(e.type()).isIn(ProblemType.MALFORMED_JSON, ProblemType.INVALID_BODY));
    }

    @Test
    void refusesWhatIsTooDeep() throws IOException {
        SpooledBody body = body("{\"events\":" + "[".repeat(5_000));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.processResult(body))
                .satisfies(e -> assertThat(e.type()).isIn(ProblemType.JSON_LIMIT_EXCEEDED, ProblemType.INVALID_BODY));
        SpooledBody deep = body("{\"other\":" + "[".repeat(5_000));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.processResult(deep))
                .satisfies(e -> assertThat(e.type()).isEqualTo(ProblemType.JSON_LIMIT_EXCEEDED));
    }

    private static final String GREETING = """
            trace: trc_60947c16f68b4455a1781806187089a4
            greet_requested (evt_b86aa114ecb6e9fe98a6893b) project=alloy-smoke
              \u2192 Compose Greeting (0ms): ok \u2014 Composed: Hello, Alloy!
                greeting_composed (evt_102ed93060f1b0b9ba609ce2) project=alloy-smoke
                  \u2192 Deliver Greeting (3ms): FAILED \u2014 no mouth
                    greeting_delivered (evt_1fb607bde798b3ecf36de22d) project=alloy-smoke
            ---
            Total: 3ms (blocks: 3ms)
            """;

    @Test
    void readsWhatTheCommandPrints() throws IOException {
        ObjectNode summary = printed(GREETING);

        assertThat(summary.at("/correlation/trace_id").asString()).isEqualTo("trc_60947c16f68b4455a1781806187089a4");
        assertThat(summary.at("/correlation/event_ids")).hasSize(3);
        assertThat(summary.path("entry_event").asString()).isEqualTo("greet_requested");
        assertThat(texts(summary.path("blocks_executed"))).containsExactly("Compose Greeting");
        assertThat(texts(summary.path("blocks_failed"))).containsExactly("Deliver Greeting");
        assertThat(summary.path("errors").findValuesAsString("message")).containsExactly("no mouth");
        assertThat(summary.path("total_duration_ms").longValue()).isEqualTo(3);
        assertThat(summary.path("event_ids_verified").isNull())
                .as("the text has no times")
                .isTrue();
        assertThat(summary.path("throttle").isNull()).isTrue();
    }

    @Test
    void readsPayloadsWhereTheyArePrinted() throws IOException {
        ObjectNode summary = printed("""
                iteration_requested (evt_b86aa114ecb6e9fe98a6893b) project=p
                  \u2192 Run Verify Gates (1ms): ok \u2014 p: gate verification passed
                    trigger: {"a":1}
                    emitted[0]: {"all_passed":true,"required_passed":true,"results":[{"name":"tests","passed":true,"required":true}]}
                    output:
                      anything
                    gate_verification_completed (evt_102ed93060f1b0b9ba609ce2) project=p
                  \u2192 Commit and Push (1ms): ok \u2014 dry-run (simulated)
                    project_changes_committed (evt_1fb607bde798b3ecf36de22d) project=p
                ---
                """);

        assertThat(summary.at("/gate_phases/0/required_passed").booleanValue()).isTrue();
        assertThat(summary.path("commits")).as("simulated").isEmpty();
        assertThat(texts(summary.path("mutators_simulated"))).containsExactly("Commit and Push");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "50, 2", "200, 4", "366, 6"})
    void saysWhereThePrintedTextIsCutOff(int length, int line) throws IOException {
        SpooledBody cut = body(GREETING.substring(0, length));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.cliText(cut))
                .satisfies(e -> {
                    assertThat(e.type()).isEqualTo(ProblemType.UNREADABLE_TRACE);
                    assertThat(e).hasMessageContaining("(line " + line + ")");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No trace found for evt_b86aa114ecb6e9fe98a6893b (expired or unknown).\n",
                "---\n",
                "    greet_requested (evt_b86aa114ecb6e9fe98a6893b) project=p\n---\n",
                "greet_requested (evt_b86aa114ecb6e9fe98a6893b) project=p\n---\nmore\n",
                "greet_requested (evt_b86aa114ecb6e9fe98a6893b) project=p\ngreet_requested (evt_b86aa114ecb6e9fe98a6893b) project=p\n---\n",
                "greet_requested (evt_b86aa114ecb6e9fe98a6893b) project=p\n          \u2192 B (1ms): ok \u2014 s\n---\n",
            })
    void refusesOtherText(String text) throws IOException {
        SpooledBody body = body(text);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> TraceFiles.cliText(body))
                .satisfies(e -> assertThat(e.type()).isEqualTo(ProblemType.UNREADABLE_TRACE));
    }
}
