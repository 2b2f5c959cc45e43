package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What people and runners say they saw. */
@AlloyTest
class ObservationScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private World.Started started;
    private String path;
    private Api ann;

    @BeforeEach
    void make() {
        world = World.on(port);
        started = world.startedRun();
        path = RunnerClient.path(started.run());
        ann = world.person("ann", "\"view\",\"compile_briefs\"");
    }

    private JsonNode items() {
        return world.admin().get(path + "/evidence").expect(200).json().path("items");
    }

    /** An evidence item that no gate decides. */
    private JsonNode judgedByPeople() {
        return items().valueStream()
                .filter(item -> item.path("gate").isNull())
                .findFirst()
                .orElseThrow();
    }

    private JsonNode judged(String id) {
        return items().valueStream()
                .filter(item -> item.path("evidence_definition_id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private ObjectNode says(String status) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("schema_version", "alloy.evidence_observation.v1")
                .put(
                        "evidence_definition_id",
                        judgedByPeople().path("evidence_definition_id").asString())
                .put("status", status);
    }

    private Api.Answer observe(Api who, ObjectNode said) {
        return who.post(path + "/evidence-observations", said);
    }

    @Test
    void aPersonsWordCountsUnderTheirOwnName() {
        String id = judgedByPeople().path("evidence_definition_id").asString();

        JsonNode kept = observe(ann, says("satisfied").put("observed_by", "ben").put("notes", "I looked."))
                .expect(201)
                .json();

        assertThat(kept.path("observed_by").asString()).isEqualTo("ann");
        assertThat(judged(id).path("status").asString()).isEqualTo("passing");
        observe(world.person("ben", "\"view\",\"compile_briefs\""), says("not_satisfied"))
                .expect(201);
        assertThat(judged(id).path("status").asString())
                .as("the worst of the newest words")
                .isEqualTo("failing");
        assertThat(judged(id).path("observations")).hasSize(2);
    }

    @Test
    void aRunnersWordCountsAlsoAfterTheEnd() {
        started.complete();
        String id = judgedByPeople().path("evidence_definition_id").asString();

        JsonNode kept =
                observe(world.runnerApi(), says("satisfied")).expect(201).json();

        assertThat(kept.path("observed_by").asString()).isEqualTo("runner");
        assertThat(judged(id).path("status").asString()).isEqualTo("passing");
    }

    @Test
    void nobodyElsesRunnerSpeaks() {
        Api.Answer refused = observe(world.anotherRunner(1).api(), says("satisfied"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(observe(World.on(port).runnerApi(), says("satisfied")).status())
                .isEqualTo(404);
        assertThat(observe(world.person("cas", "\"view\""), says("satisfied")).status())
                .isEqualTo(403);
        assertThat(judgedByPeople().path("observations")).isEmpty();
    }

    @Test
    void whatTheBriefDoesNotDefineIsNotObserved() {
        World other = World.on(port);
        JsonNode foreign = other.startedRun().run();
        String definition = other.admin()
                .get(RunnerClient.path(foreign) + "/evidence")
                .expect(200)
                .json()
                .at("/items/0/evidence_definition_id")
                .asString();

        Api.Answer refused = observe(ann, says("satisfied").put("evidence_definition_id", definition));

        assertThat(refused.expect(422).problem()).isEqualTo("unknown-reference");
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/evidence_definition_id");
    }

    @ParameterizedTest
    @CsvSource({
        "run_request_id,runreq_another,another-run",
        "brief_id,brief_another,another-brief",
        "observed_at,2999-01-01T00:00:00Z,out-of-range",
        "observed_at,2001-01-01T00:00:00Z,out-of-range"
    })
    void whatCannotBeOfThisRunIsRefused(String member, String value, String code) {
        Api.Answer refused = observe(ann, says("satisfied").put(member, value));

        assertThat(refused.expect(422).json().at("/errors/0/pointer").asString())
                .isEqualTo("/" + member);
        assertThat(refused.json().at("/errors/0/code").asString()).isEqualTo(code);
        assertThat(judgedByPeople().path("observations")).isEmpty();
    }

    @Test
    void aFastClockDoesNotOutlastTheNextWord() {
        String id = judgedByPeople().path("evidence_definition_id").asString();
        observe(
                        ann,
                        says("satisfied")
                                .put(
                                        "observed_at",
                                        Instant.now().plusSeconds(240).toString()))
                .expect(201);

        observe(ann, says("not_satisfied")).expect(201);

        assertThat(judged(id).path("status").asString()).isEqualTo("failing");
    }

    @Test
    void theSameKeyIsTheSameObservation() {
        Api once = ann.with("Idempotency-Key", "observed-once");

        JsonNode first = observe(once, says("satisfied")).expect(201).json();

        assertThat(observe(once, says("satisfied")).json()).isEqualTo(first);
        assertThat(judgedByPeople().path("observations")).hasSize(1);
    }
}
