package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** An ETag moves when its resource changes and only then, and a change names the one it is based on. */
@AlloyTest
class EntityTagScenarioTests {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"projects", "foundry-installations", "runners"})
    void aChangeNeedsThePresentTagAndMakesANewOne(String kind) {
        World world = World.on(port);
        String path = path(world, kind);
        String first = tag(world.admin().get(path));
        String change = "{\"name\":\"Changed\"}";
        assertThat(world.admin().patch(path, change).expect(428).problem()).isEqualTo("precondition-required");
        for (String stale : new String[] {"\"nonsense\"", first.replace("\"", ""), "W/" + first, "", "\"\""}) {
            assertThat(world.admin()
                            .with("If-Match", stale)
                            .patch(path, change)
                            .expect(412)
                            .problem())
                    .isEqualTo("precondition-failed");
        }
        assertThat(tag(world.admin().get(path))).isEqualTo(first);
        Api.Answer changed = world.admin()
                .with("If-Match", "\"other\", " + first)
                .patch(path, change)
                .expect(200);
        String second = tag(changed);
        assertThat(second).isNotEqualTo(first);
        assertThat(tag(world.admin().get(path))).isEqualTo(second);
        assertThat(world.admin().with("If-Match", first).patch(path, change).status())
                .isEqualTo(412);
        world.admin().with("If-Match", "*").patch(path, "{\"name\":\"Again\"}").expect(200);
        assertThat(world.admin().get(path).json().path("name").asString()).isEqualTo("Again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"projects", "foundry-installations", "runners"})
    void aChangeThatChangesNothingKeepsTheTag(String kind) {
        World world = World.on(port);
        String path = path(world, kind);
        String first = tag(world.admin().get(path));
        assertThat(tag(world.admin().with("If-Match", first).patch(path, "{}").expect(200)))
                .isEqualTo(first);
        assertThat(tag(world.admin().get(path))).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"projects", "foundry-installations", "runners"})
    void whoHasThePresentVersionGetsNoBody(String kind) {
        World world = World.on(port);
        String path = path(world, kind);
        String tag = tag(world.admin().get(path));
        for (String known : new String[] {tag, "W/" + tag, "\"x\", " + tag}) {
            Api.Answer same =
                    world.admin().with("If-None-Match", known).get(path).expect(304);
            assertThat(same.bytes()).isEmpty();
            assertThat(same.header("ETag")).isEqualTo(tag);
        }
        world.admin().with("If-None-Match", "\"x\"").get(path).expect(200);
    }

    @Test
    void pollingAndBeingSeenMoveNoTag() {
        World world = World.on(port);
        String runner = tag(world.admin().get(path(world, "runners")));
        String installation = tag(world.admin().get(path(world, "foundry-installations")));
        world.runnerApi()
                .get("/api/runners/" + world.runner() + "/run-requests/next?wait_seconds=0")
                .expect(204);
        world.admin()
                .put(
                        path(world, "foundry-installations") + "/capability-manifest",
                        World.example("capability-manifest").toString())
                .expect(200);
        Api.Answer seen = world.admin().get(path(world, "runners"));
        assertThat(seen.json().path("last_poll_at").isNull()).isFalse();
        assertThat(tag(seen)).isEqualTo(runner);
        assertThat(tag(world.admin().get(path(world, "foundry-installations")))).isEqualTo(installation);
    }

    @Test
    void reportingAndApprovingHonourATagWhereOneIsSent() {
        World world = World.on(port);
        String manifest = World.example("capability-manifest").toString();
        String path = path(world, "foundry-installations") + "/capability-manifest";
        assertThat(world.admin()
                        .with("If-Match", "\"stale\"")
                        .put(path, manifest)
                        .expect(412)
                        .problem())
                .isEqualTo("precondition-failed");
        world.admin()
                .with("If-Match", tag(world.admin().get(path(world, "foundry-installations"))))
                .put(path, manifest)
                .expect(200);
        String brief = "/api/formation-briefs/" + world.brief().path("id").asString();
        String approval = "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}";
        world.admin()
                .with("If-Match", "\"stale\"")
                .post(brief + "/approvals", approval)
                .expect(412);
        world.admin()
                .with("If-Match", tag(world.admin().get(brief)))
                .post(brief + "/approvals", approval)
                .expect(201);
    }

    @Test
    void whatWasCreatedIsWhereItsLocationSays() {
        World world = World.on(port);
        Api.Answer brief = world.admin()
                .post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        world.compileBody(World.example("source-intent")));
        resolves(world, brief);
        String briefPath = "/api/formation-briefs/" + brief.json().path("id").asString();
        resolves(
                world,
                world.admin()
                        .post(
                                briefPath + "/approvals",
                                "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}"));
        resolves(
                world,
                world.admin()
                        .post(
                                "/api/projects/" + world.project() + "/run-requests",
                                "{\"formation_brief_id\":\""
                                        + brief.json().path("id").asString() + "\"}"));
        resolves(
                world,
                world.admin()
                        .post(
                                "/api/foundry-installations",
                                world.installationBody(World.example("capability-manifest"))));
        resolves(world, world.admin().post("/api/access-tokens", """
                                {"organization_id":"%s","name":"n","authorities":["view"]}""".formatted(world.organization())));
        resolves(world, world.admin().post("/api/runners", """
                                {"organization_id":"%s","name":"n","allowed_projects":[],"installation_ids":[]}""".formatted(world.organization())));
    }

    private static void resolves(World world, Api.Answer made) {
        made.expect(201);
        Api.Answer read =
                world.admin().get(String.valueOf(made.header("Location"))).expect(200);
        var shown = made.json().has("runner") ? made.json().path("runner") : made.json();
        assertThat(read.json().path("id")).isEqualTo(shown.path("id"));
        assertThat(read.header("ETag")).isEqualTo(made.header("ETag"));
    }

    private static String path(World world, String kind) {
        return switch (kind) {
            case "projects" -> "/api/projects/" + world.project();
            case "runners" -> "/api/runners/" + world.runner();
            default -> "/api/foundry-installations/" + world.installation();
        };
    }

    private static String tag(Api.Answer answer) {
        return String.valueOf(answer.header("ETag"));
    }
}
