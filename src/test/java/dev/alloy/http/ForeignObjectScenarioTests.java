package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What belongs to another organization cannot be told from what is not there. */
@AlloyTest
class ForeignObjectScenarioTests {

    private static final String EVERYTHING = """
            "view","compile_briefs","approve_dry_run","approve_mutation","approve_commit_push","approve_release",
            "manage_runners","manage_installations","waive_evidence","administer"\
            """;

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();

    @Test
    void anotherOrganizationsObjectIsAnsweredLikeNone() {
        FullWorld world = FullWorld.shared(port);
        World other = World.on(port);
        Api stranger = other.person("stranger", EVERYTHING);
        Map<String, String> before = Rows.of(world.world().organization());
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            if (endpoint.pattern().contains("{")) {
                if (endpoint.isForPeople()) {
                    compare(world, endpoint, stranger);
                }
                if (endpoint.access().runner()) {
                    compare(world, endpoint, other.runnerApi());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    private void compare(FullWorld world, Endpoint endpoint, Api stranger) {
        byte[] body = world.body(endpoint);
        String type = body == null ? null : "application/json";
        Api caller = stranger.with("If-Match", "*", "Alloy-Lease", "lease-of-nobody");
        Api.Answer foreign = caller.send(endpoint.method(), world.path(endpoint), body, type);
        Api.Answer absent = caller.send(endpoint.method(), world.pathToNothing(endpoint), body, type);
        if (foreign.status() != 404
                || foreign.header("ETag") != null
                || !same(foreign).equals(same(absent))) {
            wrong.add(endpoint + ": " + foreign.status() + " " + foreign.text() + " but " + absent.text());
        }
    }

    private static JsonNode same(Api.Answer answer) {
        if (answer.problem().isEmpty()) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return ((ObjectNode) answer.json()).without(List.of("instance", "correlation_id"));
    }

    @Test
    void anIdInABodyThatIsAnotherOrganizationsIsUnknown() {
        World mine = World.on(port);
        FullWorld theirs = FullWorld.shared(port);
        Api me = mine.person("me", EVERYTHING);
        String foreignProject = theirs.world().project();
        String foreignInstallation = theirs.world().installation();
        ObjectNode compile = mine.compileBody(World.example("source-intent"));
        compile.put("installation_id", foreignInstallation);
        unknown(me.post("/api/projects/" + mine.project() + "/formation-briefs", compile), "/installation_id");
        String brief = theirs.id("formation-briefs");
        unknown(
                me.post(
                        "/api/projects/" + mine.project() + "/run-requests",
                        "{\"formation_brief_id\":\"" + brief + "\"}"),
                "/formation_brief_id");
        unknown(me.post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view"]}""".formatted(theirs.world().organization())), "/organization_id");
        unknown(me.post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view"],"project_ids":["%s"]}""".formatted(mine.organization(), foreignProject)), "/project_ids/0");
        unknown(me.post("/api/projects", """
                        {"id":"stolen","organization_id":"%s","name":"x"}""".formatted(theirs.world().organization())), "/organization_id");
        unknown(me.post("/api/foundry-installations", """
                        {"project_id":"%s","name":"x","connection_type":"manual"}""".formatted(foreignProject)), "/project_id");
        unknown(me.post("/api/runners", """
                        {"organization_id":"%s","name":"x","allowed_projects":["%s"],"installation_ids":[]}""".formatted(mine.organization(), foreignProject)), "/allowed_projects/0");
        unknown(
                me.post("/api/runners", """
                        {"organization_id":"%s","name":"x","allowed_projects":[],"installation_ids":["%s"]}""".formatted(mine.organization(), foreignInstallation)),
                "/installation_ids/0");
        unknown(
                me.post(
                        "/api/projects/" + mine.project() + "/foundry-capabilities",
                        theirs.sample("report_capabilities")),
                "/installation_id");
    }

    private static void unknown(Api.Answer answer, String pointer) {
        answer.expect(422);
        assertThat(answer.problem()).isEqualTo("unknown-reference");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
    }
}
