package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A brief pins its manifest; what its installation reports later is judged by the decisions it would change. */
@AlloyTest
class TargetScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void anotherManifestWithTheSameDecisionsIsStillGood() {
        JsonNode run = world.queuedRun();
        ObjectNode manifest = World.example("capability-manifest");
        manifest.put("foundry_version", "0.12.9");
        manifest.putObject("something_new").put("a", 1);
        report(manifest).expect(200);

        JsonNode target = explanation(run).path("target");
        assertThat(target.path("status").asString()).isEqualTo("still_good");
        assertThat(target.path("differences")).isEmpty();
        assertThat(explanation(run).path("blockers")).isEmpty();
        assertThat(brief(run).at("/target_evaluation/status").asString()).isEqualTo("still_good");
        world.firstRunner().offered(run);
    }

    @Test
    void anotherManifestWithOtherDecisionsMakesTheBriefStale() {
        JsonNode run = world.queuedRun();
        ObjectNode manifest = World.example("capability-manifest");
        manifest.put("supports_prompt_pack", false);
        report(manifest).expect(200);

        world.firstRunner().poll().expect(204);
        JsonNode explanation = explanation(run);
        assertThat(explanation.path("state").asString()).isEqualTo("queued");
        assertThat(explanation.path("blockers").findValuesAsString("code")).containsExactly("manifest-mismatch");
        assertThat(explanation.at("/target/status").asString()).isEqualTo("stale");
        assertThat(explanation.at("/target/differences").findValuesAsString("feature"))
                .contains("prompt_pack", "compiled_prompt");
        JsonNode brief = brief(run);
        assertThat(brief.at("/target_evaluation/status").asString()).isEqualTo("stale");
        assertThat(brief.at("/target_evaluation/differences/0/pinned").asString())
                .isEqualTo("reference");
        assertThat(brief.at("/target_evaluation/differences/0/now").asString()).isEqualTo(".alloy/prompts/{phase}.md");
        assertThat(world.admin()
                        .get("/api/formation-briefs/" + brief.path("id").asString() + "/report")
                        .expect(200)
                        .json()
                        .at("/target_evaluation/status")
                        .asString())
                .isEqualTo("stale");
    }

    @Test
    void theRunGoesOnWhenTheInstallationReportsTheOldManifestAgain() {
        JsonNode run = world.queuedRun();
        report(World.example("capability-manifest").put("supports_prompt_pack", false))
                .expect(200);
        var waiting = world.firstRunner().pollLater();
        report(World.example("capability-manifest")).expect(200);

        assertThat(waiting.join().expect(200).json().at("/execution_request/request_id"))
                .isEqualTo(run.path("id"));
        assertThat(brief(run).at("/target_evaluation/status").asString()).isEqualTo("current");
    }

    @Test
    void aRunThatIsRequestedForAStaleBriefWaits() {
        JsonNode brief = world.brief();
        world.approve(brief);
        report(World.example("capability-manifest").put("supports_trace_export", false))
                .expect(200);
        JsonNode run = world.request(brief);

        assertThat(run.path("status").asString()).isEqualTo("queued");
        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).at("/blockers/0/code").asString()).isEqualTo("manifest-mismatch");
    }

    @Test
    void aRunThatIsRequestedForABriefThatIsStillGoodIsOffered() {
        JsonNode brief = world.brief();
        world.approve(brief);
        report(World.example("capability-manifest").put("foundry_version", "0.12.1"))
                .expect(200);

        world.firstRunner().offered(world.request(brief));
    }

    @Test
    void anAnswerThatIsMissingIsFoundByThePoll() {
        JsonNode run = world.queuedRun();
        // As when a run is requested at the moment of a report, and neither sees the other.
        ObjectNode manifest = World.example("capability-manifest").put("foundry_version", "0.12.2");
        String other = world.admin()
                .post("/api/foundry-installations", world.installationBody(manifest))
                .expect(201)
                .json()
                .path("manifest_digest")
                .asString();
        Rows.database()
                .sql("""
                        insert into installation_manifests (organization_id, installation_id, digest, schema_version, foundry_version,
                            content, reported_by)
                        select organization_id, :installation, digest, schema_version, foundry_version, content, reported_by
                        from installation_manifests where digest = :digest and organization_id = :organization
                        """)
                .param("installation", world.installation())
                .param("digest", other)
                .param("organization", world.organization())
                .update();
        Rows.database()
                .sql("update foundry_installations set manifest_digest = :digest where id = :installation")
                .param("installation", world.installation())
                .param("digest", other)
                .update();

        world.firstRunner().offered(run);
    }

    @Test
    void anotherConnectionIsAnotherTarget() {
        JsonNode run = world.queuedRun();
        change("{\"connection_type\":\"cli_bridge\"}");

        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).at("/target/differences").findValuesAsString("feature"))
                .contains("integration_mode");
        change("{\"connection_type\":\"runner_pull\"}");
        world.firstRunner().offered(run);
    }

    @Test
    void whatCannotBeReadHoldsRunsBackUntilItIsMended() {
        JsonNode run = world.queuedRun();
        Api.Answer refused =
                report(World.example("capability-manifest").put("schema_version", "foundry.capability_manifest.v2"));
        assertThat(refused.expect(422).problem()).isEqualTo("unsupported-schema-version");

        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).at("/blockers/0/code").asString()).isEqualTo("manifest-mismatch");
        assertThat(explanation(run).at("/target/status").asString()).isEqualTo("unknown");
        report(World.example("capability-manifest")).expect(200);
        world.firstRunner().offered(run);
    }

    @Test
    void aRunForAManualInstallationWaitsForAPerson() {
        change("{\"connection_type\":\"manual\"}");
        JsonNode run = world.queuedRun();

        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("manual-only");
    }

    @Test
    void aRunForAnInstallationThatDispatchesNothingWaitsForAPerson() {
        ObjectNode manifest = World.example("capability-manifest");
        manifest.putArray("supported_entry_events");
        report(manifest).expect(200);
        JsonNode run = world.queuedRun();

        assertThat(brief(run).at("/target/mode").asString()).isEqualTo("manual_projection");
        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("manual-only");
    }

    @Test
    void theTagOfABriefMovesWithItsTarget() {
        JsonNode brief = world.brief();
        String path = "/api/formation-briefs/" + brief.path("id").asString();
        String before = String.valueOf(world.admin().get(path).header("ETag"));
        report(World.example("capability-manifest").put("supports_prompt_pack", false))
                .expect(200);

        assertThat(world.admin()
                        .with("If-None-Match", before)
                        .get(path)
                        .expect(200)
                        .header("ETag"))
                .isNotEqualTo(before);
        String approval = "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}";
        world.admin()
                .with("If-Match", before)
                .post(path + "/approvals", approval)
                .expect(412);
        world.admin()
                .with("If-Match", String.valueOf(world.admin().get(path).header("ETag")))
                .post(path + "/approvals", approval)
                .expect(201);
    }

    @Test
    void aRunThatGoesLessFarThanItsBriefWaitsForItsThrottleToBeListed() {
        ObjectNode both = World.example("capability-manifest");
        both.putArray("supported_throttle_modes").add("full").add("dry_run");
        report(both).expect(200);
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode brief = world.brief(intent);
        world.approve(brief);
        JsonNode run =
                world.request(brief, ",\"throttle\":\"dry_run\"").expect(201).json();
        assertThat(run.path("status").asString()).isEqualTo("queued");

        ObjectNode fullOnly = World.example("capability-manifest");
        fullOnly.putArray("supported_throttle_modes").add("full");
        report(fullOnly).expect(200);

        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("manifest-mismatch");
        assertThat(explanation(run).at("/blockers/0/detail").asString()).contains("dry_run");
        Api other = world.person("other", "\"view\",\"compile_briefs\"");
        assertThat(other.post(
                                "/api/projects/" + world.project() + "/run-requests",
                                "{\"formation_brief_id\":\"" + brief.path("id").asString()
                                        + "\",\"throttle\":\"dry_run\"}")
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");

        report(both).expect(200);
        world.firstRunner().offered(run);
    }

    @Test
    void theTagTellsAnswersApartThatDifferInTheConnectionOnly() {
        String path = "/api/formation-briefs/" + world.brief().path("id").asString();
        change("{\"connection_type\":\"cli_bridge\"}");
        String bridge = String.valueOf(world.admin().get(path).header("ETag"));
        change("{\"connection_type\":\"manual\"}");

        assertThat(world.admin().get(path).header("ETag")).isNotEqualTo(bridge);
    }

    @Test
    void reportsThatComeTogetherAreAllTaken() {
        ObjectNode manifest = World.example("capability-manifest").put("foundry_version", "0.12.8");

        assertThat(Together.times(8, () -> report(manifest)))
                .extracting(Api.Answer::status)
                .containsOnly(200);
    }

    @Test
    void aRetiredInstallationReportsNothing() {
        world.admin()
                .delete("/api/foundry-installations/" + world.installation())
                .expect(204);

        assertThat(report(World.example("capability-manifest")).expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    private Api.Answer report(ObjectNode manifest) {
        return world.admin()
                .put(
                        "/api/foundry-installations/" + world.installation() + "/capability-manifest",
                        manifest.toString());
    }

    private void change(String change) {
        String path = "/api/foundry-installations/" + world.installation();
        world.admin()
                .with("If-Match", String.valueOf(world.admin().get(path).header("ETag")))
                .patch(path, change)
                .expect(200);
    }

    private JsonNode brief(JsonNode run) {
        return world.admin()
                .get("/api/formation-briefs/" + run.path("formation_brief_id").asString())
                .expect(200)
                .json();
    }

    private JsonNode explanation(JsonNode run) {
        return world.admin()
                .get(RunnerClient.path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
    }
}
