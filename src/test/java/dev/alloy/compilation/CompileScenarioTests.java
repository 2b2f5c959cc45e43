package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Compiling over HTTP: versions, previews, and everything that is wrong at once. */
@AlloyTest
class CompileScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void compilingTheSameAgainMakesAnotherVersionWithTheSameDigests() {
        JsonNode first = world.brief();
        JsonNode second = world.brief();

        assertThat(second.path("version").asInt())
                .isEqualTo(first.path("version").asInt() + 1);
        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.path("digest")).isEqualTo(first.path("digest"));
        assertThat(second.at("/prompt_pack/digest")).isEqualTo(first.at("/prompt_pack/digest"));
        assertThat(second.path("gate_overlays").findValues("digest"))
                .isEqualTo(first.path("gate_overlays").findValues("digest"));
        assertThat(second.path("source_intent_snapshot")).isEqualTo(World.example("source-intent"));
        assertThat(second.at("/target_evaluation/status").asString()).isEqualTo("current");
    }

    @Test
    void aPreviewSaysWhatCompilingWouldMakeAndKeepsNothing() {
        Map<String, String> before = Rows.of(world.organization());
        JsonNode preview = preview(world.compileBody(World.example("source-intent")))
                .expect(200)
                .json();
        assertThat(Rows.of(world.organization())).isEqualTo(before);

        JsonNode brief = world.brief();

        assertThat(brief.path("version").asInt()).isEqualTo(1);
        assertThat(preview.path("digest")).isEqualTo(brief.path("digest"));
        assertThat(preview.at("/prompt_pack/digest")).isEqualTo(brief.at("/prompt_pack/digest"));
        assertThat(preview.path("gate_overlays").findValues("digest"))
                .isEqualTo(brief.path("gate_overlays").findValues("digest"));
        assertThat(preview.path("target")).isEqualTo(brief.path("target"));
        assertThat(preview.path("report"))
                .isEqualTo(world.admin()
                        .get(path(brief) + "/report")
                        .expect(200)
                        .json()
                        .path("items"));
        assertThat(preview.path("formation_brief"))
                .isEqualTo(
                        world.admin().get(path(brief) + "/compiled").expect(200).json());
    }

    @Test
    void aPreviewIsNotKeptForAnIdempotencyKeyEither() {
        Map<String, String> before = Rows.of(world.organization());
        Api api = world.admin().with("Idempotency-Key", "preview-1");
        String path = "/api/projects/" + world.project() + "/formation-briefs?preview=true";
        ObjectNode body = world.compileBody(World.example("source-intent"));

        assertThat(api.post(path, body).expect(200).json())
                .isEqualTo(api.post(path, body).expect(200).json());
        assertThat(Rows.of(world.organization())).isEqualTo(before);
        assertThat(world.admin()
                        .post(path.replace("true", "yes"), body)
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-parameter");
    }

    @Test
    void aPreviewRefusesWhatCompilingWouldRefuse() {
        ObjectNode intent = World.example("source-intent");
        intent.remove("mission");

        assertThat(preview(world.compileBody(intent)).expect(422).problem()).isEqualTo("invalid-body");
        assertThat(preview(world.compileBody(World.example("source-intent")).put("installation_id", "inst_0"))
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
    }

    @Test
    void aShortIntentWhoseEvidenceNamesThousandsOfCapabilitiesIsRefused() {
        ObjectNode intent = World.example("source-intent");
        var capabilities = (ArrayNode) intent.path("protected_capabilities");
        for (int i = 0; i < 60; i++) {
            ((ObjectNode) capabilities.add(capabilities.path(0).deepCopy()).path(capabilities.size() - 1))
                    .put("id", "c" + i);
        }
        var suggested = (ArrayNode) intent.at("/evidence_plan/suggested");
        for (int i = 0; i < 40; i++) {
            ObjectNode item = (ObjectNode) suggested.path(0).deepCopy();
            var ids = item.put("id", "e" + i).putArray("capability_ids");
            for (int j = 0; j < 60; j++) {
                ids.add("c" + j);
            }
            suggested.add(item);
        }

        JsonNode error = compile(world.compileBody(intent)).expect(422).json().at("/errors/0");
        assertThat(error.path("code").asString()).isEqualTo("too-many");
        assertThat(error.path("pointer").asString()).startsWith("/source_intent/evidence_plan/suggested/");
    }

    @Test
    void everythingThatIsWrongWithBodyAndIntentIsToldAtOnce() {
        ObjectNode intent = World.example("source-intent");
        intent.remove("mission");
        ((ObjectNode) intent.path("foundry"))
                .put("throtle", "full")
                .withObjectProperty("payload")
                .putArray("gates");
        ((ObjectNode) intent.at("/evidence_plan/required/0")).put("gate", "none");
        ((ObjectNode) intent.at("/gates/1")).put("required", false);
        ((ObjectNode) intent.at("/protected_capabilities/1")).set("id", intent.at("/protected_capabilities/0/id"));
        ObjectNode body = world.compileBody(intent);
        body.remove("installation_id");
        body.put("unknown", 1);
        ((ObjectNode) body.path("repo")).put("path", "work/../x").put("revision", "main");

        Api.Answer answer = compile(body).expect(422);

        assertThat(answer.problem()).isEqualTo("invalid-body");
        assertThat(answer.json().path("failure_category").asString()).isEqualTo("validation");
        assertThat(answer.json()
                        .path("errors")
                        .valueStream()
                        .map(error -> error.path("pointer").asString() + " "
                                + error.path("code").asString()))
                .contains(
                        "/installation_id missing-member",
                        "/repo/path path-not-absolute",
                        "/repo/path path-traversal",
                        "/repo/revision wrong-format",
                        "/source_intent/evidence_plan/required/0/gate unknown-gate",
                        "/source_intent/foundry/payload/gates refused-member",
                        "/source_intent/foundry/throtle unknown-member",
                        "/source_intent/gates/1/required required-contradicts-mode",
                        "/source_intent/mission missing-member",
                        "/source_intent/protected_capabilities/1/id duplicate-id",
                        "/unknown unknown-member");
    }

    @Test
    void anIntentWithoutBothSourcesIsToldWhatIsMissing() {
        ObjectNode body = world.compileBody(World.example("source-intent"));
        body.remove("source_intent");
        body.putObject("parameters");

        assertThat(compile(body).expect(422).json().path("errors").findValuesAsString("pointer"))
                .containsExactly("/source_intent", "/template_id");
    }

    /** Whoever compiles learns in the same answer what is not as they asked for. */
    @Test
    void warnsOfWhatIsNotAsItWasAskedFor() {
        ObjectNode manifest = World.example("capability-manifest");
        manifest.withArray("supported_throttle_modes").removeAll().add("dry_run");
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ((ObjectNode) intent.path("foundry")).withArray("wished_blocks").add("Nowhere Block");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("path", "/work/elsewhere");
        body.put(
                "installation_id",
                world.admin()
                        .post("/api/foundry-installations", world.installationBody(manifest))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString());

        JsonNode made = compile(body).expect(201).json();

        assertThat(made.path("warnings").findValuesAsString("code"))
                .contains("other-repo-path", "throttle-lowered", "gap");
        assertThat(made.at("/warnings/0/pointer").asString()).isEqualTo("/repo/path");
        assertThat(made.at("/warnings/0/detail").asString())
                .contains("/work/elsewhere")
                .contains("/work/checkout-service");
        assertThat(world.admin()
                        .get("/api/formation-briefs/" + made.path("id").asString())
                        .expect(200)
                        .json()
                        .path("warnings"))
                .isEqualTo(made.path("warnings"));
        assertThat(world.admin()
                        .post("/api/projects/" + world.project() + "/formation-briefs?preview=true", body)
                        .expect(200)
                        .json()
                        .path("warnings"))
                .isEqualTo(made.path("warnings"));
    }

    @Test
    void whatTheInstallationCannotDoIsRefusedWithEveryDecision() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry"))
                .put("entry_event", "release_requested")
                .putArray("required_blocks")
                .add("Nowhere Block");

        JsonNode problem = compile(world.compileBody(intent)).expect(422).json();

        assertThat(problem.path("type").asString()).endsWith("/incompatible-target");
        assertThat(problem.path("failure_category").asString()).isEqualTo("validation");
        assertThat(problem.path("nearest_events")).isNotEmpty();
        assertThat(problem.path("errors").findValuesAsString("code"))
                .containsExactlyInAnyOrder("entry-event-not-supported", "block-not-registered");
        assertThat(problem.path("report")
                        .valueStream()
                        .filter(row -> row.path("chosen").asString().equals("refused"))
                        .map(row -> row.path("feature").asString()))
                .containsExactlyInAnyOrder("entry_event", "required_block");
    }

    @Test
    void manyBlocksDoNotMakeALongReport() {
        ObjectNode manifest = World.example("capability-manifest");
        ObjectNode intent = World.example("source-intent");
        var registered = manifest.withArray("registered_blocks");
        var wished = ((ObjectNode) intent.path("foundry")).withArray("wished_blocks");
        for (int i = 0; i < 900; i++) {
            registered.add("Block " + "x".repeat(150) + i);
        }
        for (int i = 0; i < 200; i++) {
            wished.add(i % 2 == 0 ? "Block " + "x".repeat(150) + i : "Absent " + i);
        }
        String installation = world.admin()
                .post("/api/foundry-installations", world.installationBody(manifest))
                .expect(201)
                .json()
                .path("id")
                .asString();

        JsonNode brief = compile(world.compileBody(intent).put("installation_id", installation))
                .expect(201)
                .json();
        Api.Answer report = world.admin().get(path(brief) + "/report").expect(200);

        assertThat(report.bytes().length).isLessThan(200_000);
        assertThat(report.json()
                        .path("items")
                        .valueStream()
                        .filter(row -> row.path("feature").asString().equals("wished_block"))
                        .map(row -> row.path("manifest_pointer").asString())
                        .limit(2))
                .isEqualTo(List.of(
                        "/registered_blocks/"
                                + World.example("capability-manifest")
                                        .path("registered_blocks")
                                        .size(),
                        "/registered_blocks/-"));
    }

    private Api.Answer compile(ObjectNode body) {
        return world.admin().post("/api/projects/" + world.project() + "/formation-briefs", body);
    }

    private Api.Answer preview(ObjectNode body) {
        return world.admin().post("/api/projects/" + world.project() + "/formation-briefs?preview=true", body);
    }

    private static String path(JsonNode brief) {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }
}
