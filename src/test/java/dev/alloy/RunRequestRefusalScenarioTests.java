package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What cannot be requested. */
@AlloyTest
class RunRequestRefusalScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;

    @BeforeEach
    void compile() {
        world = World.on(port);
        brief = world.brief();
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit_only", "full"})
    void refusesAThrottleAboveTheBriefs(String throttle) {
        Api.Answer refused =
                world.request(brief, ",\"throttle\":\"" + throttle + "\"").expect(422);

        assertThat(refused.problem()).isEqualTo("invalid-body");
        thePointersAre(refused, "/throttle");
        assertThat(refused.json().path("errors").path(0).path("code").asString())
                .isEqualTo("above-brief");
    }

    @Test
    void refusesALowerThrottleThatTheInstallationDoesNotHave() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode full = world.brief(intent);

        Api.Answer refused = world.request(full, ",\"throttle\":\"audit_only\"").expect(422);

        thePointersAre(refused, "/throttle");
        assertThat(refused.json().path("errors").path(0).path("code").asString())
                .isEqualTo("unsupported");
        assertThat(world.request(full, ",\"throttle\":\"dry_run\"")
                        .expect(201)
                        .json()
                        .path("throttle")
                        .asString())
                .isEqualTo("dry_run");
    }

    @Test
    void refusesAThrottleThatIsNone() {
        thePointersAre(world.request(brief, ",\"throttle\":\"DRY_RUN\"").expect(422), "/throttle");
    }

    @Test
    void refusesIdsOfNothing() {
        theReferenceIsUnknown(
                world.admin()
                        .post(
                                "/api/projects/" + world.project() + "/run-requests",
                                "{\"formation_brief_id\":\"brief_01ARZ3NDEKTSV4RRFFQ69G5FAV\"}"),
                "/formation_brief_id");
        theReferenceIsUnknown(
                world.request(brief, ",\"prompt_pack_id\":\"prompt_pack_01ARZ3NDEKTSV4RRFFQ69G5FAV\""),
                "/prompt_pack_id");
        theReferenceIsUnknown(
                world.request(brief, ",\"runner_id\":\"runner_01ARZ3NDEKTSV4RRFFQ69G5FAV\""), "/runner_id");
    }

    @Test
    void refusesIdsOfAnotherOrganization() {
        World foreign = World.on(port);
        JsonNode foreignBrief = foreign.brief();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\"");

        for (Api caller : new Api[] {ann, world.admin()}) {
            theReferenceIsUnknown(
                    caller.post(
                            "/api/projects/" + world.project() + "/run-requests",
                            "{\"formation_brief_id\":\""
                                    + foreignBrief.path("id").asString() + "\"}"),
                    "/formation_brief_id");
            theReferenceIsUnknown(
                    World.requestAs(
                            caller,
                            brief,
                            ",\"prompt_pack_id\":\""
                                    + foreignBrief
                                            .path("prompt_pack")
                                            .path("id")
                                            .asString() + "\""),
                    "/prompt_pack_id");
            theReferenceIsUnknown(
                    World.requestAs(caller, brief, ",\"runner_id\":\"" + foreign.runner() + "\""), "/runner_id");
        }
    }

    @Test
    void refusesABriefOrPackOfAnotherPlaceInTheSameOrganization() {
        JsonNode elsewhere = world.briefIn(world.anotherProject(), World.example("source-intent"));
        JsonNode second = world.brief(World.intent("Let a customer pay by invoice."));

        theReferenceIsUnknown(
                world.admin()
                        .post(
                                "/api/projects/" + world.project() + "/run-requests",
                                "{\"formation_brief_id\":\""
                                        + elsewhere.path("id").asString() + "\"}"),
                "/formation_brief_id");
        theReferenceIsUnknown(
                world.request(
                        brief,
                        ",\"prompt_pack_id\":\""
                                + second.path("prompt_pack").path("id").asString() + "\""),
                "/prompt_pack_id");
    }

    @Test
    void showsNothingOfAnotherOrganizationsProjectsAndRuns() {
        JsonNode run = world.request(brief);
        World foreign = World.on(port);
        Api stranger = foreign.person("eve", "\"view\",\"compile_briefs\"");

        assertThat(World.requestAs(stranger, brief, "").problem()).isEqualTo("not-found");
        assertThat(stranger.get("/api/run-requests/" + run.path("id").asString())
                        .problem())
                .isEqualTo("not-found");
        assertThat(stranger.get("/api/run-requests?project_id=" + world.project())
                        .expect(200)
                        .json()
                        .path("items")
                        .isEmpty())
                .isTrue();
        assertThat(foreign.runnerApi()
                        .post("/api/run-requests/" + run.path("id").asString() + "/accepted", "{}")
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void refusesARequestThatHasExpired() {
        thePointersAre(
                world.request(brief, ",\"expires_at\":\"2020-01-01T00:00:00Z\"").expect(422), "/expires_at");
    }

    @Test
    void refusesWhoMayNotRequest() {
        Api viewer = world.person("vic", "\"view\"");

        assertThat(World.requestAs(viewer, brief, "").expect(403).problem()).isEqualTo("authority-missing");
        assertThat(World.requestAs(world.runnerApi(), brief, "").expect(403).problem())
                .isEqualTo("authority-missing");
    }

    private static void theReferenceIsUnknown(Api.Answer answer, String pointer) {
        assertThat(answer.expect(422).problem()).isEqualTo("unknown-reference");
        thePointersAre(answer, pointer);
    }

    private static void thePointersAre(Api.Answer answer, String... pointers) {
        assertThat(answer.json().path("errors").valueStream().map(error -> error.path("pointer")
                        .asString()))
                .containsExactly(pointers);
    }
}
