package dev.alloy.compilation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Templates: written once, filled at each compilation, and never able to change what was compiled. */
@AlloyTest
class TemplateScenarioTests {

    private static final String PARAMETERS = """
            [{"name":"objective","type":"string","required":true},{"name":"rounds","type":"integer","default":3},
             {"name":"moves","type":"list","default":["Weakening a test"]},{"name":"strategic","type":"boolean","default":true}]""";

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void aBriefRemembersTemplateVersionAndValues() {
        JsonNode template = create(world.admin()).expect(201).json();
        JsonNode brief = compile(body(template, "{\"objective\":\"Sell carts.\"}"))
                .expect(201)
                .json();

        assertThat(template.path("version").asInt()).isEqualTo(1);
        assertThat(brief.path("brief_template_id")).isEqualTo(template.path("id"));
        assertThat(brief.path("template_version").asInt()).isEqualTo(1);
        assertThat(brief.path("template_parameters")).isEqualTo(json("""
                {"objective":"Sell carts.","rounds":3,"moves":["Weakening a test"],"strategic":true}"""));
        JsonNode intent = brief.path("source_intent_snapshot");
        assertThat(intent.at("/mission/objective").asString()).isEqualTo("Sell carts.");
        assertThat(intent.at("/foundry/payload/max_iterations").asInt()).isEqualTo(3);
        assertThat(intent.at("/foundry/payload/strategic").asBoolean()).isTrue();
        assertThat(intent.path("forbidden_moves").path(0).asString()).isEqualTo("Weakening a test");
    }

    @Test
    void theSameIntentWithoutATemplateHasTheSameDigest() {
        JsonNode template = create(world.admin()).expect(201).json();
        JsonNode brief = compile(body(template, "{\"objective\":\"Sell carts.\",\"rounds\":5}"))
                .expect(201)
                .json();

        JsonNode plain = world.brief((ObjectNode) brief.path("source_intent_snapshot"));

        assertThat(plain.path("digest")).isEqualTo(brief.path("digest"));
        assertThat(plain.path("brief_template_id").isNull()).isTrue();
    }

    @Test
    void membersGivenBesideATemplateWin() {
        JsonNode template = create(world.admin()).expect(201).json();
        ObjectNode body = body(template, "{\"objective\":\"Sell carts.\"}");
        body.set("source_intent", json("{\"mission\":{\"objective\":\"Sell more.\"},\"tradeoffs\":[\"None.\"]}"));

        JsonNode intent = compile(body).expect(201).json().path("source_intent_snapshot");

        assertThat(intent.at("/mission/objective").asString()).isEqualTo("Sell more.");
        assertThat(intent.at("/mission/definition_of_done")).isNotEmpty();
        assertThat(intent.path("tradeoffs")).isEqualTo(json("[\"None.\"]"));
    }

    @Test
    void changingATemplateChangesNothingThatWasCompiled() {
        JsonNode template = create(world.admin()).expect(201).json();
        JsonNode brief = compile(body(template, "{\"objective\":\"Sell carts.\"}"))
                .expect(201)
                .json();
        String path = path(template);
        Api.Answer read = world.admin().get(path).expect(200);
        Api.Answer changed = world.admin()
                .with("If-Match", String.valueOf(read.header("ETag")))
                .patch(path, "{\"parameters\":[],\"source_intent\":{\"tradeoffs\":[\"Other\"]}}")
                .expect(200);

        assertThat(changed.json().path("version").asInt()).isEqualTo(2);
        assertThat(changed.header("ETag")).isNotEqualTo(read.header("ETag"));
        assertThat(world.admin()
                        .get("/api/formation-briefs/" + brief.path("id").asString())
                        .expect(200)
                        .json())
                .isEqualTo(brief);
        JsonNode versions =
                world.admin().get(path + "/versions").expect(200).json().path("items");
        assertThat(versions.findValuesAsString("digest"))
                .containsExactly(
                        changed.json().path("digest").asString(),
                        template.path("digest").asString());
        assertThat(versions.path(1).path("source_intent")).isEqualTo(template.path("source_intent"));
    }

    @Test
    void aNewNameIsNoNewVersionAndNeitherIsTheSameContent() {
        JsonNode template = create(world.admin()).expect(201).json();
        ObjectNode change = JsonMapper.shared().createObjectNode().put("name", "Renamed");
        change.set("source_intent", template.path("source_intent"));
        change.set("parameters", template.path("parameters"));

        JsonNode changed = world.admin()
                .with("If-Match", "*")
                .patch(path(template), change.toString())
                .expect(200)
                .json();

        assertThat(changed.path("name").asString()).isEqualTo("Renamed");
        assertThat(changed.path("version").asInt()).isEqualTo(1);
    }

    @Test
    void ofChangesAtTheSameMomentOneIsMade() {
        String path = path(create(world.admin()).expect(201).json());
        String tag = String.valueOf(world.admin().get(path).header("ETag"));
        List<Integer> answers = Together.times(4, () -> world.admin()
                .with("If-Match", tag)
                .patch(
                        path,
                        "{\"parameters\":[],\"source_intent\":{\"tradeoffs\":[\"%s\"]}}"
                                .formatted(Thread.currentThread().getName()))
                .status());

        assertThat(answers)
                .containsOnly(200, 412)
                .filteredOn(status -> status == 200)
                .hasSize(1);
        assertThat(world.admin().get(path).expect(200).json().path("version").asInt())
                .isEqualTo(2);
    }

    @Test
    void everythingThatIsWrongWithTheValuesIsTold() {
        JsonNode template = create(world.admin()).expect(201).json();
        Map<String, String> before = Rows.of(world.organization());
        JsonNode problem = compile(body(template, "{\"rounds\":\"three\",\"objectve\":\"x\"}"))
                .expect(422)
                .json();

        assertThat(problem.path("errors").findValuesAsString("pointer"))
                .containsExactly("/parameters/objective", "/parameters/objectve", "/parameters/rounds");
        assertThat(problem.path("failure_category").asString()).isEqualTo("validation");
        assertThat(Rows.of(world.organization())).isEqualTo(before);
    }

    @Test
    void aTemplateThatCannotBeUsedIsRefused() {
        Map<String, String> before = Rows.of(world.organization());
        JsonNode problem = world.admin()
                .post("/api/brief-templates", """
                        {"organization_id":"%s","name":"t","parameters":[{"name":"a","type":"list"}],
                         "source_intent":{"mission":{"objective":"{{a}} and {{b}}"},"throtle":"full"}}""".formatted(world.organization()))
                .expect(422)
                .json();

        assertThat(problem.path("errors").findValuesAsString("code"))
                .containsExactlyInAnyOrder("list-in-text", "undeclared-parameter", "unknown-member");
        assertThat(Rows.of(world.organization())).isEqualTo(before);
    }

    @Test
    void anotherOrganizationsTemplateIsNone() {
        JsonNode template = create(world.admin()).expect(201).json();
        World other = World.on(port);
        ObjectNode body = other.compileBody(World.example("source-intent"));
        body.put("template_id", template.path("id").asString());

        assertThat(other.admin()
                        .post("/api/projects/" + other.project() + "/formation-briefs", body)
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
        other.person("eve", "\"view\",\"compile_briefs\"").get(path(template)).expect(404);
    }

    @Test
    void aTokenOfSomeProjectsUsesTemplatesButDoesNotWriteThem() {
        JsonNode template = create(world.admin()).expect(201).json();
        String token = world.token(
                        "limited", "\"view\",\"compile_briefs\"", ",\"project_ids\":[\"" + world.project() + "\"]")
                .path("token")
                .asString();
        Api limited = world.admin().as(token);

        assertThat(create(limited).expect(403).problem()).isEqualTo("authority-missing");
        limited.with("If-Match", "*").patch(path(template), "{\"name\":\"x\"}").expect(403);
        limited.post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        body(template, "{\"objective\":\"Sell carts.\"}"))
                .expect(201);
    }

    @Test
    void whatIsWrongBesideTheParametersIsToldAsWell() {
        JsonNode template = create(world.admin()).expect(201).json();
        ObjectNode body = body(template, "{}");
        body.put("bogus", 1).remove("installation_id");
        ((ObjectNode) body.path("repo")).put("path", "rel");
        body.putObject("source_intent").put("mision", 1);

        assertThat(compile(body).expect(422).json().path("errors").findValuesAsString("pointer"))
                .contains("/bogus", "/installation_id", "/parameters/objective", "/repo/path", "/source_intent/mision");
        body.put("template_id", "tmpl_00000000000000000000000000");
        assertThat(compile(body).expect(422).json().path("errors").findValuesAsString("pointer"))
                .contains("/bogus", "/source_intent/mision", "/template_id");
    }

    @Test
    void aMergePatchIsNotTakenForAChange() {
        JsonNode template = create(world.admin()).expect(201).json();
        assertThat(world.admin()
                        .with("If-Match", "*")
                        .send("PATCH", path(template), "{}".getBytes(UTF_8), "application/merge-patch+json")
                        .expect(415)
                        .problem())
                .isEqualTo("unsupported-media-type");
    }

    @Test
    void aForgedCursorIsRefused() {
        JsonNode template = create(world.admin()).expect(201).json();
        String path = path(template) + "/versions";
        String position = "2026-01-01T00:00:00Z|abc";
        for (String binding : List.of(world.organization() + "/PERSON/bootstrap " + path + "?", path)) {
            String seal = Digest.of((position + "|" + binding).getBytes(UTF_8)).substring(7, 23);
            String cursor =
                    Base64.getUrlEncoder().withoutPadding().encodeToString((position + "|" + seal).getBytes(UTF_8));
            assertThat(world.admin().get(path + "?cursor=" + cursor).expect(400).problem())
                    .isEqualTo("invalid-cursor");
        }
    }

    private Api.Answer create(Api api) {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("mission")).put("objective", "{{objective}}");
        ObjectNode payload = (ObjectNode) intent.at("/foundry/payload");
        payload.put("max_iterations", "{{rounds}}").put("strategic", "{{strategic}}");
        intent.putArray("forbidden_moves").add("{{moves}}");
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("organization_id", world.organization()).put("name", "Carts");
        body.set("parameters", json(PARAMETERS));
        body.set("source_intent", intent);
        return api.post("/api/brief-templates", body);
    }

    private ObjectNode body(JsonNode template, String parameters) {
        ObjectNode body = world.compileBody(World.example("source-intent"));
        body.remove("source_intent");
        body.set("template_id", template.path("id"));
        body.set("parameters", json(parameters));
        return body;
    }

    private Api.Answer compile(ObjectNode body) {
        return world.admin().post("/api/projects/" + world.project() + "/formation-briefs", body);
    }

    private static String path(JsonNode template) {
        return "/api/brief-templates/" + template.path("id").asString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
