package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a runner observed, and how far that goes. */
@AlloyTest
class EvidenceScenarioTests {

    private static final String BY_GATE = "vendor-imports-isolated";
    private static final String BY_TRACE = "verify-gates-passed";

    @LocalServerPort
    private int port;

    private World world;
    private World.Started started;
    private ObjectNode result;

    @BeforeEach
    void start() {
        world = World.on(port);
        started = world.startedRun();
        result = World.result(started.run());
    }

    @ParameterizedTest
    @CsvSource({
        "satisfied, passing",
        "partially_satisfied, failing",
        "not_satisfied, failing",
        "unknown, unknown",
    })
    void decideWhereNoGateDoes(String word, String status) {
        observe(BY_TRACE, word).put("observed_by", "foundry").put("notes", "As the trace has it.");

        JsonNode item = item(BY_TRACE);

        assertThat(item.path("status").asString()).isEqualTo(status);
        JsonNode observation = item.path("observations").path(0);
        assertThat(observation.path("status").asString()).isEqualTo(word);
        assertThat(observation.path("observed_by").asString()).isEqualTo("foundry");
        assertThat(observation.path("notes").asString()).isEqualTo("As the trace has it.");
    }

    @Test
    void cannotPassWhatAGateDecides() {
        observe(BY_GATE, "satisfied");

        JsonNode item = item(BY_GATE);

        assertThat(item.path("status").asString()).isEqualTo("failing");
        assertThat(item.path("observations").valueStream().map(one -> one.path("status")
                        .asString()))
                .containsExactlyInAnyOrder("not_satisfied", "satisfied");
    }

    @Test
    void cannotPassWhatASilentGateWouldDecide() {
        observe(BY_GATE, "satisfied");
        result.putArray("gates");

        assertThat(item(BY_GATE).path("status").asString()).isEqualTo("unknown");
    }

    @Test
    void cannotSpeakForAPerson() {
        observe(BY_TRACE, "satisfied").put("observed_by", "ann");

        assertThat(item(BY_TRACE)
                        .path("observations")
                        .path(0)
                        .path("observed_by")
                        .asString())
                .isEqualTo("runner");
    }

    @Test
    void isOneObserverWithFoundry() {
        observe(BY_TRACE, "not_satisfied").put("observed_by", "foundry").put("observed_at", "2026-06-06T10:00:00Z");
        observe(BY_TRACE, "satisfied").put("observed_by", "runner").put("observed_at", "2026-06-06T11:00:00Z");

        JsonNode item = item(BY_TRACE);

        assertThat(item.path("status").asString()).isEqualTo("passing");
        assertThat(item.path("observations").size()).isEqualTo(2);
    }

    @Test
    void isAskedForUntilTheRunEnds() {
        JsonNode evidence = evidence();

        assertThat(evidence.path("items").valueStream().map(item -> item.path("status")
                        .asString()))
                .containsExactly("required", "required", "required", "proposed");
        assertThat(evidence.path("totals").toString())
                .isEqualTo("{\"required\":3,\"passing\":0,\"failing\":0,\"unknown\":0,\"waived\":0}");
    }

    @Test
    void isWaitedForByNobodyWhenTheBriefIsArchived() {
        world.admin()
                .post(
                        "/api/formation-briefs/"
                                + started.run().path("formation_brief_id").asString() + "/archive",
                        "{}")
                .expect(200);

        assertThat(evidence().path("items").findValuesAsString("status")).containsOnly("obsolete");
        started.complete();
        assertThat(evidence().path("items").findValuesAsString("status"))
                .as("silence about a run that has ended")
                .contains("unknown", "passing");
    }

    @Test
    void isNotShownToAnotherOrganization() {
        Api stranger = World.on(port).person("eve", "\"view\"");

        assertThat(stranger.get(started.lease().path() + "/evidence")
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
        assertThat(stranger.get(started.lease().path() + "/audit").expect(404).problem())
                .isEqualTo("not-found");
    }

    private ObjectNode observe(String key, String word) {
        String definition = evidence()
                .path("items")
                .valueStream()
                .filter(item -> item.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow()
                .path("evidence_definition_id")
                .asString();
        return result.withArray("evidence_observations")
                .addObject()
                .put("evidence_definition_id", definition)
                .put("status", word);
    }

    /** Reports the result, and reads how the definition stands then. */
    private JsonNode item(String key) {
        started.lease().post("completed", result).expect(200);
        return evidence()
                .path("items")
                .valueStream()
                .filter(item -> item.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode evidence() {
        return world.admin()
                .get(started.lease().path() + "/evidence")
                .expect(200)
                .json();
    }
}
