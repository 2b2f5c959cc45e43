package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people decide about a brief short of approving it, and what they read before they do. */
@AlloyTest
class DecisionScenarioTests {

    private static final String NO = "{\"reason\":\"No.\"}";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;

    @BeforeEach
    void compile() {
        world = World.on(port);
        brief = world.brief();
    }

    @Test
    void aRejectedBriefIsNotApprovedAndItsRunsSaySo() {
        JsonNode waiting = world.request(brief);
        JsonNode rejected =
                world.admin().post(path() + "/reject", NO).expect(200).json();

        assertThat(rejected.path("status").asString()).isEqualTo("rejected");
        assertThat(rejected.path("closing_reason").asString()).isEqualTo("No.");
        assertThat(rejected.path("closed_by").asString()).isNotEmpty();
        assertThat(approve().expect(409).problem()).isEqualTo("brief-not-approvable");
        assertThat(world.admin().post(path() + "/reject", NO).expect(409).problem())
                .isEqualTo("invalid-transition");
        JsonNode explanation = world.admin()
                .get(RunnerClient.path(waiting) + "/dispatch-explanation")
                .expect(200)
                .json();
        assertThat(explanation.path("state").asString()).isEqualTo("cancelled");
        assertThat(explanation.at("/blockers/0/code").asString()).isEqualTo("declined");
        assertThat(explanation.at("/blockers/0/detail").asString()).contains("No.");
    }

    @Test
    void anArchivedBriefsApprovalsEndAndItsRunsStay() {
        world.approve(brief);
        JsonNode queued = world.request(brief);
        assertThat(world.admin().post(path() + "/reject", NO).expect(409).problem())
                .isEqualTo("invalid-transition");
        world.admin().post(path() + "/archive", "{}").expect(200);

        world.firstRunner().poll().expect(204);
        assertThat(world.admin()
                        .get(RunnerClient.path(queued) + "/dispatch-explanation")
                        .expect(200)
                        .json()
                        .at("/blockers/0/code")
                        .asString())
                .isEqualTo("approval-stale");
        assertThat(approve().status()).isEqualTo(409);
        assertThat(world.request(brief, ",\"throttle\":\"dry_run\"").status()).isIn(200, 409);
    }

    @Test
    void aBriefThatNobodyApprovedIsNotArchived() {
        assertThat(world.admin().post(path() + "/archive", "{}").expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void withoutARequiredOverlayABriefIsNotApproved() {
        JsonNode overlay = overlay("required_for_dry_run");
        String overlayPath = "/api/gate-overlays/" + overlay.path("id").asString();
        JsonNode rejected =
                world.admin().post(overlayPath + "/reject", NO).expect(200).json();

        assertThat(rejected.path("status").asString()).isEqualTo("rejected");
        assertThat(rejected.path("rejection_reason").asString()).isEqualTo("No.");
        assertThat(approve().expect(409).problem()).isEqualTo("brief-not-approvable");
        assertThat(world.admin().post(overlayPath + "/accept", "{}").expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void nothingIsDecidedAboutTheOverlaysOfABriefOutOfUse() {
        String overlayPath =
                "/api/gate-overlays/" + overlay("advisory").path("id").asString();
        world.admin()
                .post("/api/formation-briefs/" + brief.path("id").asString() + "/reject", NO)
                .expect(200);

        assertThat(world.admin().post(overlayPath + "/accept", "{}").expect(409).problem())
                .isEqualTo("invalid-transition");
        assertThat(world.admin().post(overlayPath + "/reject", NO).expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void withoutAnAdvisoryOverlayABriefRunsWithoutIt() {
        JsonNode overlay = overlay("advisory");
        world.admin()
                .post("/api/gate-overlays/" + overlay.path("id").asString() + "/reject", NO)
                .expect(200);
        JsonNode approval = approve().expect(201).json();

        assertThat(approval.path("overlay_digests").valueStream().map(JsonNode::asString))
                .hasSize(2)
                .doesNotContain(overlay.path("digest").asString());
        JsonNode request = world.firstRunner().offered(world.request(brief));
        assertThat(request.path("artifacts").findValuesAsString("id"))
                .doesNotContain(overlay.path("id").asString());
    }

    @Test
    void anOverlayIsAcceptedAheadOfAnApproval() {
        String overlayPath =
                "/api/gate-overlays/" + overlay("advisory").path("id").asString();
        String tag = String.valueOf(world.admin().get(overlayPath).header("ETag"));
        world.admin()
                .with("If-Match", "\"stale\"")
                .post(overlayPath + "/accept", "{}")
                .expect(412);
        JsonNode accepted = world.admin()
                .with("If-Match", tag)
                .post(overlayPath + "/accept", "{}")
                .expect(200)
                .json();

        assertThat(accepted.path("status").asString()).isEqualTo("accepted");
        assertThat(accepted.path("approved_by").isNull()).isFalse();
        assertThat(world.admin().post(overlayPath + "/reject", NO).status()).isEqualTo(409);
        approve().expect(201);
    }

    @Test
    void decidingTakesTheAuthorityToApprove() {
        Api writer = world.person("writer", "\"view\",\"compile_briefs\"");
        String overlayPath =
                "/api/gate-overlays/" + overlay("advisory").path("id").asString();

        writer.post(path() + "/reject", NO).expect(403);
        writer.post(path() + "/archive", "{}").expect(403);
        writer.post(overlayPath + "/accept", "{}").expect(403);
        writer.post(overlayPath + "/reject", NO).expect(403);
        assertThat(world.admin().post(path() + "/reject", "{}").expect(422).problem())
                .isEqualTo("invalid-body");
    }

    @Test
    void twoBriefsOfAProjectAreCompared() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("mission")).put("objective", "Something else.");
        intent.withArray("forbidden_moves").add("Guessing");
        String later = world.brief(intent).path("id").asString();

        JsonNode diff = world.admin()
                .get("/api/formation-briefs/" + later + "/diff?against="
                        + brief.path("id").asString())
                .expect(200)
                .json();

        assertThat(diff.path("same").asBoolean()).isFalse();
        assertThat(diff.at("/against/id")).isEqualTo(brief.path("id"));
        assertThat(diff.at("/brief/id").asString()).isEqualTo(later);
        JsonNode first = diff.path("changes").path(0);
        assertThat(first.path("area").asString()).isEqualTo("mission.objective");
        assertThat(first.path("after").asString()).isEqualTo("Something else.");
        assertThat(diff.path("changes").findValuesAsString("subject")).contains("Guessing");
    }

    @Test
    void theSameCompiledAgainIsTheSame() {
        String again = world.brief().path("id").asString();

        JsonNode diff =
                world.admin().get(path() + "/diff?against=" + again).expect(200).json();

        assertThat(diff.path("same").asBoolean()).isTrue();
        assertThat(diff.path("changes")).isEmpty();
    }

    @Test
    void onlyBriefsOfOneProjectAreCompared() {
        String elsewhere = world.briefIn(world.anotherProject(), World.example("source-intent"))
                .path("id")
                .asString();
        String foreign = World.on(port).brief().path("id").asString();

        assertThat(world.admin().get(path() + "/diff?against=" + elsewhere).problem())
                .isEqualTo("not-found");
        assertThat(world.person("p", "\"view\"")
                        .get(path() + "/diff?against=" + foreign)
                        .problem())
                .isEqualTo("not-found");
        assertThat(world.admin().get(path() + "/diff").expect(400).problem()).isEqualTo("invalid-parameter");
    }

    private Api.Answer approve() {
        return world.admin()
                .post(path() + "/approvals", "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}");
    }

    private JsonNode overlay(String mode) {
        return brief.path("gate_overlays")
                .valueStream()
                .filter(overlay -> overlay.path("mode").asString().equals(mode))
                .findFirst()
                .orElseThrow();
    }

    private String path() {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }
}
