package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A token that is limited to projects sees these, and does nothing that concerns the whole organization. */
@AlloyTest
class ProjectReachScenarioTests {

    private static final String EVERYTHING = """
            "view","compile_briefs","approve_dry_run","approve_mutation","approve_commit_push","approve_release",
            "manage_runners","manage_installations","waive_evidence","administer"\
            """;

    @LocalServerPort
    private int port;

    private World world;
    private String other;
    private Api limited;

    @BeforeEach
    void limitAPersonToTheOtherProject() {
        world = World.on(port);
        other = world.anotherProject();
        JsonNode token = world.token("limited", EVERYTHING, ",\"project_ids\":[\"" + other + "\"]");
        limited = world.admin().as(token.path("token").asString());
    }

    @Test
    void ofARunnersProjectsOnlyThoseWithinReachAreNamed() {
        world.change(
                world.firstRunner(),
                "{\"allowed_projects\":[\"%s\",\"%s\"],\"trusted_projects\":[\"%s\"]}"
                        .formatted(world.project(), other, world.project()));

        JsonNode seen =
                limited.get("/api/runners/" + world.runner()).expect(200).json();
        JsonNode listed = limited.get("/api/runners").expect(200).json().at("/items/0");

        assertThat(seen.path("allowed_projects").toString()).isEqualTo("[\"" + other + "\"]");
        assertThat(seen.path("trusted_projects")).isEmpty();
        assertThat(listed.toString()).doesNotContain("\"" + world.project() + "\"");
        assertThat(world.admin()
                        .get("/api/runners/" + world.runner())
                        .expect(200)
                        .json()
                        .path("allowed_projects"))
                .hasSize(2);
    }

    @Test
    void otherProjectsAndWhatIsInThemAreNotThere() {
        JsonNode run = world.queuedRun();
        String brief = run.path("formation_brief_id").asString();
        assertThat(limited.get("/api/projects")
                        .expect(200)
                        .json()
                        .path("items")
                        .valueStream()
                        .map(project -> project.path("id").asString()))
                .containsExactly(other);
        limited.get("/api/projects/" + other).expect(200);
        for (String path : List.of(
                "/api/projects/" + world.project(),
                "/api/projects/" + world.project() + "/formation-briefs",
                "/api/projects/" + world.project() + "/foundry-capabilities",
                "/api/formation-briefs/" + brief,
                "/api/formation-briefs/" + brief + "/compiled",
                "/api/formation-briefs/" + brief + "/report",
                "/api/formation-briefs/" + brief + "/approvals",
                "/api/prompt-packs/" + run.path("prompt_pack_id").asString(),
                "/api/approvals/" + run.path("approval_id").asString(),
                "/api/run-requests/" + run.path("id").asString(),
                "/api/run-requests/" + run.path("id").asString() + "/evidence",
                "/api/run-requests/" + run.path("id").asString() + "/audit")) {
            assertThat(limited.get(path).expect(404).problem()).as(path).isEqualTo("not-found");
        }
        assertThat(limited.get("/api/run-requests")
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isZero();
        assertThat(limited.get("/api/run-requests?project_id=" + world.project())
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isZero();
        limited.post("/api/formation-briefs/" + brief + "/approvals", """
                {"scope":"dry_run","repo_revision":"abc123"}""").expect(404);
        limited.post("/api/projects/" + world.project() + "/run-requests", "{\"formation_brief_id\":\"" + brief + "\"}")
                .expect(404);
    }

    @Test
    void aBodyCannotReachOutOfTheProjects() {
        String brief = world.brief().path("id").asString();
        assertThat(limited.post(
                                "/api/projects/" + other + "/run-requests",
                                "{\"formation_brief_id\":\"" + brief + "\"}")
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
        assertThat(limited.post("/api/foundry-installations", """
                        {"project_id":"%s","name":"x","connection_type":"manual"}""".formatted(world.project()))
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
        assertThat(limited.post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view"],"project_ids":["%s"]}""".formatted(world.organization(), world.project()))
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
    }

    @Test
    void whatConcernsTheWholeOrganizationIsRefused() {
        String organization = world.organization();
        Api changing = limited.with("If-Match", "*");
        String installation = "/api/foundry-installations/" + world.installation();
        String runner = "/api/runners/" + world.runner();
        for (Api.Answer answer : List.of(
                limited.post("/api/projects", """
                        {"id":"p-%s","organization_id":"%s","name":"x"}""".formatted(organization, organization)),
                limited.post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view"]}""".formatted(organization)),
                limited.get("/api/access-tokens"),
                limited.post("/api/runners", """
                        {"organization_id":"%s","name":"x","allowed_projects":[],"installation_ids":[]}""".formatted(organization)),
                changing.patch(runner, "{\"name\":\"x\"}"),
                limited.post(runner + "/rotate-key", "{}"),
                limited.post(runner + "/revoke", "{\"reason\":\"x\"}"),
                limited.post(
                        "/api/foundry-installations", world.installationBody(World.example("capability-manifest"))),
                changing.patch(installation, "{\"name\":\"x\"}"),
                limited.put(
                        installation + "/capability-manifest",
                        World.example("capability-manifest").toString()),
                limited.delete(installation))) {
            assertThat(answer.problem())
                    .as(answer.response().request().method() + " "
                            + answer.response().uri())
                    .isEqualTo("authority-missing");
        }
    }

    @Test
    void whatIsOfTheProjectIsAllowed() {
        JsonNode made = limited.post("/api/foundry-installations", """
                        {"project_id":"%s","name":"own","connection_type":"manual"}""".formatted(other))
                .expect(201)
                .json();
        String path = "/api/foundry-installations/" + made.path("id").asString();
        limited.with("If-Match", "*").patch(path, "{\"name\":\"renamed\"}").expect(200);
        limited.put(
                        path + "/capability-manifest",
                        World.example("capability-manifest").toString())
                .expect(200);
        limited.with("If-Match", "*")
                .patch("/api/projects/" + other, "{\"name\":\"Ours\"}")
                .expect(200);
        limited.post("/api/access-tokens", """
                {"organization_id":"%s","name":"x","authorities":["view"],"project_ids":["%s"]}""".formatted(world.organization(), other))
                .expect(201);
        limited.delete(path).expect(204);
    }
}
