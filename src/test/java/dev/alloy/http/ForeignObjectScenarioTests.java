package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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

    /** Kinds of objects that belong to a project. */
    private static final List<String> OF_PROJECTS = List.of(
            "projects",
            "formation-briefs",
            "prompt-packs",
            "gate-overlays",
            "evidence-definitions",
            "approvals",
            "run-requests",
            "run-results",
            "foundry-runs",
            "trace-imports");

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

    /** Who is limited to other projects of the same organization knows as little. */
    @Test
    void anotherProjectsObjectIsAnsweredLikeNone() {
        FullWorld world = FullWorld.shared(port);
        String elsewhere = world.world().anotherProject();
        Api limited = world.world()
                .admin()
                .as(world.world()
                        .token("limited", EVERYTHING, ",\"project_ids\":[\"" + elsewhere + "\"]")
                        .path("token")
                        .asString());
        Map<String, String> before = Rows.of(world.world().organization());
        int compared = 0;
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            boolean ofProject =
                    OF_PROJECTS.stream().anyMatch(kind -> endpoint.pattern().startsWith("/api/" + kind + "/{"));
            if (ofProject && endpoint.isForPeople()) {
                compare(world, endpoint, limited);
                compared++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(50);
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    /** In every form in which it can be asked for. */
    private void compare(FullWorld world, Endpoint endpoint, Api stranger) {
        byte[] body = world.body(endpoint);
        if (endpoint.takesFile()) {
            body = "{}".getBytes(StandardCharsets.UTF_8);
        }
        compare(world, endpoint, stranger, endpoint.method(), body);
        if (endpoint.method().equals("GET")) {
            compare(world, endpoint, stranger, "HEAD", null);
            compare(world, endpoint, stranger.with("If-None-Match", "*"), "GET", null);
            endpoint.produces().forEach(type -> compare(world, endpoint, stranger.with("Accept", type), "GET", null));
        }
    }

    private void compare(FullWorld world, Endpoint endpoint, Api stranger, String method, byte @Nullable [] body) {
        String type = body == null ? null : "application/json";
        Api caller = stranger.with("If-Match", "*", "Alloy-Lease", "lease-of-nobody");
        Api.Answer foreign = caller.send(method, world.path(endpoint), body, type);
        Api.Answer absent = caller.send(method, world.pathToNothing(endpoint), body, type);
        boolean alike = foreign.status() == 404
                && absent.status() == 404
                && headers(foreign).equals(headers(absent))
                && (method.equals("HEAD") || same(foreign).equals(same(absent)));
        if (!alike) {
            wrong.add(method + " " + endpoint + ": " + foreign.status() + " " + headers(foreign) + foreign.text()
                    + " but " + absent.status() + headers(absent) + absent.text());
        }
    }

    /** All that an answer's headers tell, short of what is of each request or of the length of its path. */
    private static Map<String, List<String>> headers(Api.Answer answer) {
        Map<String, List<String>> headers =
                new TreeMap<>(answer.response().headers().map());
        List.of("date", "x-correlation-id", "ratelimit", "content-length").forEach(headers::remove);
        return headers;
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

    @Test
    void anIdInAChangeThatIsAnotherOrganizationsIsUnknown() {
        World mine = World.on(port);
        FullWorld theirs = FullWorld.shared(port);
        Api me = mine.person("me", EVERYTHING).with("If-Match", "*");
        String runner = "/api/runners/" + mine.runner();
        String organization = theirs.world().organization();
        unknown(
                me.patch(runner, "{\"allowed_projects\":[\"" + theirs.world().project() + "\"]}"),
                "/allowed_projects/0");
        unknown(
                me.patch(runner, "{\"installation_ids\":[\"" + theirs.world().installation() + "\"]}"),
                "/installation_ids/0");
        me.patch(runner, "{\"trusted_projects\":[\"" + theirs.world().project() + "\"]}")
                .expect(422);
        unknown(me.post("/api/runners", """
                        {"organization_id":"%s","name":"x","allowed_projects":[],"installation_ids":[]}""".formatted(organization)), "/organization_id");
        unknown(me.post("/api/foundry-installations", """
                        {"organization_id":"%s","name":"x","connection_type":"manual"}""".formatted(organization)), "/organization_id");
        unknown(me.post("/api/brief-templates", """
                        {"organization_id":"%s","name":"x","source_intent":{}}""".formatted(organization)), "/organization_id");
        unknown(me.post("/api/registration-tokens", """
                        {"organization_id":"%s"}""".formatted(organization)), "/organization_id");
        unknown(
                me.post("/api/registration-tokens", """
                        {"organization_id":"%s","installation_ids":["%s"]}""".formatted(
                                mine.organization(), theirs.world().installation())),
                "/installation_ids/0");
        JsonNode brief = mine.brief();
        unknown(
                me.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"abc123\",\"prompt_pack_id\":\""
                                + theirs.id("prompt-packs") + "\"}"),
                "/prompt_pack_id");
        unknown(World.requestAs(me, brief, ",\"runner_id\":\"" + theirs.world().runner() + "\""), "/runner_id");
        unknown(
                World.requestAs(me, brief, ",\"prompt_pack_id\":\"" + theirs.id("prompt-packs") + "\""),
                "/prompt_pack_id");
        me.get("/api/formation-briefs/" + brief.path("id").asString() + "/diff?against="
                        + theirs.id("formation-briefs"))
                .expect(404);
    }

    /** A cursor is of one list, one organization and one set of filters. */
    @Test
    void anotherOrganizationsCursorIsNoneHere() {
        World theirs = World.on(port);
        World mine = World.on(port);
        Api them = theirs.person("them", EVERYTHING);
        Api me = mine.person("me", EVERYTHING);
        theirs.token("second", "\"view\"", "");
        String cursor = them.get("/api/access-tokens?limit=1")
                .expect(200)
                .json()
                .path("next_cursor")
                .asString();
        int lists = 0;
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            boolean isList = endpoint.parameters().contains("cursor");
            if (isList && endpoint.isForPeople()) {
                String path = FullWorld.shared(port).path(endpoint);
                Api reader = endpoint.pattern().contains("{")
                        ? FullWorld.shared(port).world().admin()
                        : me;
                Api.Answer answer = reader.get(path + (path.contains("?") ? "&" : "?") + "cursor=" + cursor);
                if (answer.status() != 400 || !answer.problem().equals("invalid-cursor")) {
                    wrong.add(endpoint + ": " + answer.status() + " " + answer.text());
                }
                lists++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(lists).isGreaterThan(15);
    }

    private static void unknown(Api.Answer answer, String pointer) {
        answer.expect(422);
        assertThat(answer.problem()).isEqualTo("unknown-reference");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
    }
}
