package dev.alloy.installation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What installations report is kept as it came, and what cannot be read changes nothing but the status. */
@AlloyTest
class ManifestScenarioTests {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"foundry.capability_manifest.v2", "foundry.capability_manifest.v99"})
    void anUnknownVersionIsRefusedAndShowsInTheStatusOnly(String version) {
        World world = World.on(port);
        String path = "/api/foundry-installations/" + world.installation();
        JsonNode before = world.admin().get(path).json();
        ObjectNode manifest = World.example("capability-manifest");
        manifest.put("schema_version", version);
        manifest.put("foundry_version", "9.9.9");
        Api.Answer refused = world.admin()
                .put(path + "/capability-manifest", manifest.toString())
                .expect(422);
        assertThat(refused.problem()).isEqualTo("unsupported-schema-version");
        assertThat(refused.json().path("supported").toString()).isEqualTo("[\"foundry.capability_manifest.v1\"]");
        ObjectNode after = (ObjectNode) world.admin().get(path).json();
        assertThat(after.path("status").asString()).isEqualTo("incompatible");
        after.set("status", before.path("status"));
        assertThat(after).isEqualTo(before);
        assertThat(history(world)).hasSize(1);
        world.admin()
                .put(
                        path + "/capability-manifest",
                        World.example("capability-manifest").toString())
                .expect(200);
        assertThat(world.admin().get(path).json().path("status").asString()).isEqualTo("active");
    }

    /** A slip of whoever reports does not stop what the installation runs. */
    @ParameterizedTest
    @ValueSource(strings = {"\"alloy.formation_brief.v1\"", "\"\"", "\"foundry.capability_manifest.v\"", "1", "null"})
    void whatIsNoManifestIsRefusedAndChangesNothing(String version) {
        World world = World.on(port);
        String path = "/api/foundry-installations/" + world.installation();
        JsonNode before = world.admin().get(path).json();
        String body = World.example("capability-manifest")
                .put("schema_version", "@")
                .toString()
                .replace("\"@\"", version);

        assertThat(world.admin()
                        .put(path + "/capability-manifest", body)
                        .expect(422)
                        .problem())
                .isEqualTo("unsupported-schema-version");
        assertThat(world.admin().get(path).json()).isEqualTo(before);
    }

    @Test
    void aRunnerReportsForWhatItServesAndForNothingElse() {
        World world = World.on(port);
        ObjectNode newer = World.example("capability-manifest");
        newer.put("foundry_version", "0.12.1");
        String path = "/api/foundry-installations/%s/capability-manifest";
        JsonNode reported = world.runnerApi()
                .put(path.formatted(world.installation()), newer.toString())
                .expect(200)
                .json();
        assertThat(reported.path("foundry_version").asString()).isEqualTo("0.12.1");
        assertThat(world.runnerApi()
                        .put(path.formatted(world.anotherInstallation()), newer.toString())
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void aBrokenManifestChangesNothing() {
        World world = World.on(port);
        Map<String, String> rows = Rows.of(world.organization());
        ObjectNode manifest = World.example("capability-manifest");
        manifest.put("supports_alloy_brief", "yes");
        manifest.remove("foundry_version");
        Api.Answer refused = world.admin()
                .post(
                        "/api/projects/" + world.project() + "/foundry-capabilities",
                        "{\"installation_id\":\"" + world.installation() + "\",\"capability_manifest\":" + manifest
                                + "}")
                .expect(422);
        assertThat(refused.json().path("errors").valueStream().map(error -> error.path("pointer")
                        .asString()))
                .containsExactly("/capability_manifest/foundry_version", "/capability_manifest/supports_alloy_brief");
        assertThat(Rows.of(world.organization())).isEqualTo(rows);
    }

    @Test
    void unknownMembersAreKeptAndEveryManifestIsServedByItsDigest() {
        World world = World.on(port);
        String path = "/api/foundry-installations/" + world.installation();
        ObjectNode manifest = World.example("capability-manifest");
        manifest.put("supports_time_travel", true);
        manifest.putObject("vendor").put("note", "ü\u2028");
        JsonNode taken = world.admin()
                .put(path + "/capability-manifest", manifest.toString())
                .expect(200)
                .json();
        assertThat(taken.path("manifest_digest").asString()).isEqualTo(Digest.of(manifest));
        assertThat(taken.path("capability_manifest")).isEqualTo(manifest);
        JsonNode history = history(world);
        assertThat(history.size()).isEqualTo(2);
        assertThat(history.path(0).path("capability_manifest")).isEqualTo(manifest);
        assertThat(history.path(1).path("capability_manifest")).isEqualTo(World.example("capability-manifest"));
        history.forEach(one -> assertThat(Digest.of(one.path("capability_manifest")))
                .isEqualTo(one.path("digest").asString()));
    }

    @Test
    void theSameManifestAgainIsOneRow() {
        World world = World.on(port);
        String path = "/api/foundry-installations/" + world.installation() + "/capability-manifest";
        for (int i = 0; i < 3; i++) {
            world.admin()
                    .put(path, World.example("capability-manifest").toPrettyString())
                    .expect(200);
        }
        JsonNode history = history(world);
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.path(0).path("last_reported_at").asString())
                .isGreaterThan(history.path(0).path("first_reported_at").asString());
    }

    @Test
    void whatAManifestDoesNotSayIsNotSupported() {
        World world = World.on(port);
        ObjectNode manifest = World.example("capability-manifest");
        manifest.remove("supports_alloy_brief");
        manifest.remove("supports_prompt_pack");
        manifest.remove("supports_trace_export");
        world.admin()
                .put("/api/foundry-installations/" + world.installation() + "/capability-manifest", manifest.toString())
                .expect(200);
        JsonNode brief = world.brief();
        JsonNode report = world.admin()
                .get("/api/formation-briefs/" + brief.path("id").asString() + "/report")
                .expect(200)
                .json();
        assertThat(report.path("items")
                        .valueStream()
                        .filter(item -> item.path("feature").asString().equals("brief_reference"))
                        .map(item -> item.path("chosen").asString()))
                .isNotEmpty()
                .doesNotContain("reference");
    }

    @Test
    void aRetiredInstallationIsKeptButNotTargeted() {
        World world = World.on(port);
        String path = "/api/foundry-installations/" + world.installation();
        world.admin().delete(path).expect(204);
        world.admin().delete(path).expect(204);
        assertThat(world.admin().get(path).expect(200).json().path("status").asString())
                .isEqualTo("retired");
        assertThat(world.admin()
                        .get("/api/projects/" + world.project() + "/foundry-capabilities")
                        .json()
                        .path("items")
                        .size())
                .isZero();
        Api.Answer refused = world.admin()
                .post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        world.compileBody(World.example("source-intent")));
        assertThat(refused.status()).isIn(409, 422);
        world.admin()
                .put(
                        path + "/capability-manifest",
                        World.example("capability-manifest").toString());
        assertThat(world.admin().get(path).json().path("status").asString()).isEqualTo("retired");
    }

    @Test
    void aProjectsInstallationServesNoOtherProject() {
        World world = World.on(port);
        String other = world.anotherProject();
        ObjectNode body = world.installationBody(World.example("capability-manifest"));
        body.remove("organization_id");
        body.put("project_id", other);
        JsonNode own = world.admin()
                .post("/api/foundry-installations", body)
                .expect(201)
                .json();
        assertThat(own.path("organization_id").isNull()).isTrue();
        ObjectNode compile = world.compileBody(World.example("source-intent"));
        compile.put("installation_id", own.path("id").asString());
        Api.Answer refused = world.admin()
                .post("/api/projects/" + world.project() + "/formation-briefs", compile)
                .expect(422);
        assertThat(refused.problem()).isEqualTo("unknown-reference");
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/installation_id");
        world.admin()
                .post("/api/projects/" + other + "/formation-briefs", compile)
                .expect(201);
        assertThat(world.admin()
                        .get("/api/projects/" + world.project() + "/foundry-capabilities")
                        .text())
                .doesNotContain(own.path("id").asString());
        assertThat(world.admin()
                        .get("/api/projects/" + other + "/foundry-capabilities")
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void anInstallationHasExactlyOneOwner() {
        World world = World.on(port);
        ObjectNode both = world.installationBody(World.example("capability-manifest"));
        both.put("project_id", world.project());
        ObjectNode none = world.installationBody(World.example("capability-manifest"));
        none.remove("organization_id");
        assertThat(world.admin()
                        .post("/api/foundry-installations", both)
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");
        assertThat(world.admin()
                        .post("/api/foundry-installations", none)
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");
    }

    private static JsonNode history(World world) {
        return world.admin()
                .get("/api/foundry-installations/" + world.installation() + "/capability-manifests")
                .expect(200)
                .json()
                .path("items");
    }
}
