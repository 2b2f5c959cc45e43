package dev.alloy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DemoFoundryTests {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static final JsonNode REQUEST = json("""
            {"request_id":"runreq_1","project_id":"checkout","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",
             "repo":{"revision":"abc123"},"brief":{"id":"brief_1","digest":"%s"},
             "foundry":{"entry_event":"iteration_requested","throttle":"dry_run"}}""".formatted(DIGEST));

    private static final JsonNode BRIEF = json("""
            {"threats_to_watch":["Vendor types everywhere"],
             "evidence_plan":{"required":[{"id":"a","gate":"tests","capability_ids":["kept"]},
                                          {"id":"b","gate":"vendor_import_boundary","capability_ids":["at-risk"]},
                                          {"id":"c","capability_ids":["neither"]}]}}""");

    private final DemoFoundry foundry = new DemoFoundry();

    @Test
    void writesAResultThatTheContractAccepts() {
        ObjectNode result = execute(List.of(overlay("tests"), overlay("vendor_import_boundary")));

        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .isEmpty();
    }

    @Test
    void saysThatItIsSimulated() {
        ObjectNode result = execute(List.of(overlay("tests")));

        assertThat(result.path("simulated").asBoolean()).isTrue();
        assertThat(result.path("foundry_run_id").asString()).startsWith("simulated-");
    }

    @Test
    void executesNoMutator() {
        JsonNode changes = execute(List.of(overlay("tests"))).path("changes");

        assertThat(changes.path("mutators_executed")).isEmpty();
        assertThat(changes.path("commits")).isEmpty();
        assertThat(changes.path("mutators_simulated")).isNotEmpty();
    }

    @Test
    void failsTheVendorGateAndNoOther() {
        ObjectNode result = execute(List.of(overlay("tests"), overlay("vendor_import_boundary")));

        assertThat(result.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(result.path("gates").path(0).path("status").asString()).isEqualTo("passed");
        assertThat(result.path("gates").path(1).path("status").asString()).isEqualTo("failed");
        assertThat(result.path("summary").toString())
                .contains("\"capabilities_preserved\":[\"kept\"]", "\"capabilities_at_risk\":[\"at-risk\"]")
                .contains("Vendor types everywhere");
    }

    @Test
    void completesWhereNothingFails() {
        assertThat(execute(List.of(overlay("tests"))).path("status").asString()).isEqualTo("completed");
    }

    private ObjectNode execute(List<JsonNode> overlays) {
        return foundry.execute(REQUEST, BRIEF, overlays, Instant.parse("2026-06-06T14:21:44Z"));
    }

    private static JsonNode overlay(String gate) {
        return json("{\"gates\":[{\"name\":\"%s\",\"command\":\"true\",\"required\":true}]}".formatted(gate));
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
