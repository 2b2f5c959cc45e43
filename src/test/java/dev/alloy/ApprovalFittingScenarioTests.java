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

/** Whoever approves learns at once what it does for whom, and what could never do anything is refused. */
@AlloyTest
class ApprovalFittingScenarioTests {

    private static final String REVISION = World.REVISION + "0".repeat(34);

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void anApprovalAtARevisionThatNoRunCanHaveIsRefused() {
        JsonNode brief = world.brief();
        world.request(brief);

        Api.Answer answer =
                approve(world.admin(), brief, "dry_run", "dead456", "").expect(422);

        assertThat(answer.problem()).isEqualTo("approval-never-fits");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/repo_revision");
        assertThat(answer.json().at("/would_fit/repo_revision").asString()).isEqualTo(World.REVISION);
        assertThat(answer.json().at("/would_fit/scope").asString()).isEqualTo("dry_run");
        assertThat(answer.json().at("/would_fit/branch").asString()).isEqualTo("alloy/checkout-payment");
        approve(world.admin(), brief, "dry_run", "dead456", ",\"drift_policy\":\"any_recorded\"")
                .expect(201);
    }

    /** Either may be shortened. */
    @ParameterizedTest
    @ValueSource(strings = {"abc1", "abc123", "abc123000000"})
    void aRevisionThatMatchesInEitherDirectionIsTaken(String revision) {
        approve(world.admin(), world.brief(), "dry_run", revision, "").expect(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dry_run", "audit_only", "full", "commit_push"})
    void anApprovalBelowReleaseOfABriefThatReleasesIsRefused(String scope) {
        JsonNode brief = releasing();

        JsonNode problem =
                approve(world.admin(), brief, scope, REVISION, "").expect(422).json();

        assertThat(problem.path("type").asString()).endsWith("/approval-never-fits");
        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo("/scope");
        assertThat(problem.at("/would_fit/scope").asString()).isEqualTo("release");
        approve(world.admin(), brief, "release", REVISION, "").expect(201);
    }

    @Test
    void bothMistakesAreNamedAtOnce() {
        JsonNode problem = approve(world.admin(), releasing(), "full", "f".repeat(40), "")
                .expect(422)
                .json();

        assertThat(problem.path("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/scope", "/repo_revision");
    }

    @Test
    void aDryRunApprovalOfAFullBriefIsRight() {
        JsonNode brief = full();
        JsonNode full = World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();

        JsonNode given = approve(world.admin(), brief, "dry_run", REVISION, "")
                .expect(201)
                .json();

        assertThat(given.path("waiting_runs")).hasSize(1);
        assertThat(given.at("/waiting_runs/0/run_request_id")).isEqualTo(full.path("id"));
        assertThat(given.at("/waiting_runs/0/fits").asBoolean()).isFalse();
        assertThat(given.at("/waiting_runs/0/code").asString()).isEqualTo("awaiting-approval");
        assertThat(given.at("/waiting_runs/0/because").asString()).contains("scope");
        assertThat(given.path("summary").asString()).contains("lets none of the waiting runs go on");
        assertThat(world.request(brief, ",\"throttle\":\"dry_run\"")
                        .expect(201)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("queued");
    }

    @Test
    void saysOfEachRunThatWaitsWhetherItFits() {
        JsonNode brief = full();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        JsonNode own = World.requestAs(ann, brief, "").expect(201).json();
        JsonNode first = World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();
        JsonNode second = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();

        JsonNode given =
                approve(ann, brief, "commit_push", REVISION, "").expect(201).json();

        assertThat(given.path("waiting_runs").findValuesAsString("run_request_id"))
                .containsExactly(id(own), id(first), id(second));
        assertThat(given.at("/waiting_runs/0/code").asString()).isEqualTo("four-eyes");
        assertThat(given.at("/waiting_runs/1/fits").asBoolean()).isTrue();
        assertThat(given.at("/waiting_runs/1/code").isNull()).isTrue();
        assertThat(given.at("/waiting_runs/2/fits").asBoolean()).isFalse();
        assertThat(given.at("/waiting_runs/2/because").asString()).contains("bound to another run");
        assertThat(given.path("summary").asString()).contains("fits 1 of the waiting runs");
        assertThat(given.path("status").asString()).isEqualTo("bound");
        assertThat(given.path("bound_run_request_id")).isEqualTo(first.path("id"));
        for (JsonNode item : given.path("waiting_runs")) {
            assertThat(world.admin()
                            .get("/api/run-requests/"
                                    + item.path("run_request_id").asString())
                            .expect(200)
                            .json()
                            .path("status")
                            .asString())
                    .isEqualTo(item.path("fits").asBoolean() ? "queued" : "awaiting_approval");
        }
    }

    @Test
    void anApprovalThatNothingWaitsForSaysSo() {
        JsonNode given = approve(world.admin(), world.brief(), "dry_run", World.REVISION, "")
                .expect(201)
                .json();

        assertThat(given.path("waiting_runs")).isEmpty();
        assertThat(given.path("summary").asString()).contains("No run waits");
    }

    @Test
    void theSameApprovalAgainIsTheFirst() {
        JsonNode brief = world.brief();
        JsonNode first = approve(world.admin(), brief, "dry_run", World.REVISION, "")
                .expect(201)
                .json();
        world.request(brief);

        Api.Answer again =
                approve(world.admin(), brief, "dry_run", World.REVISION, "").expect(200);

        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json().path("id")).isEqualTo(first.path("id"));
    }

    /** Anything that differs is another decision, and what is bound or has ended is not given again. */
    @Test
    void anotherDecisionIsAnotherApproval() {
        JsonNode brief = full();
        String first = id(approve(world.admin(), brief, "commit_push", REVISION, "")
                .expect(201)
                .json());
        for (String more : new String[] {
            ",\"comment\":\"Looked.\"", ",\"branch\":\"feature/x\"", ",\"drift_policy\":\"any_recorded\""
        }) {
            assertThat(id(approve(world.admin(), brief, "commit_push", REVISION, more)
                            .expect(201)
                            .json()))
                    .isNotEqualTo(first);
        }
        approve(world.admin(), brief, "full", REVISION, "").expect(201);
        approve(world.person("carl", "\"view\",\"approve_commit_push\""), brief, "commit_push", REVISION, "")
                .expect(201);
        world.admin()
                .post("/api/approvals/" + first + "/revoke", "{\"reason\":\"r\"}")
                .expect(200);
        approve(world.admin(), brief, "commit_push", REVISION, "").expect(201);
    }

    @Test
    void aBoundApprovalIsGivenAgain() {
        JsonNode brief = full();
        World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201);
        String bound = id(approve(world.admin(), brief, "commit_push", REVISION, "")
                .expect(201)
                .json());

        assertThat(id(approve(world.admin(), brief, "commit_push", REVISION, "")
                        .expect(201)
                        .json()))
                .isNotEqualTo(bound);
    }

    @Test
    void whoCompiledTheBriefDoesNotApproveItAboveDryRun() {
        ObjectNode body = fullBody();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\",\"approve_dry_run\",\"approve_commit_push\"");
        JsonNode brief = ann.post("/api/projects/" + world.project() + "/formation-briefs", body)
                .expect(201)
                .json();

        JsonNode problem =
                approve(ann, brief, "commit_push", REVISION, "").expect(409).json();

        assertThat(problem.path("type").asString()).endsWith("/four-eyes");
        assertThat(problem.path("required_authority").asString()).isEqualTo("approve_commit_push");
        approve(ann, brief, "dry_run", REVISION, "").expect(201);
        approve(world.admin(), brief, "commit_push", REVISION, "").expect(201);
    }

    /** One edit after another does not wash the first. */
    @Test
    void whoEditedAnyPromptSinceTheLastApprovalDoesNotApprove() {
        JsonNode brief = full();
        Api edna = world.person("edna", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        Api otto = world.person("otto", "\"view\",\"compile_briefs\"");
        edit(edna, brief, "review");
        edit(otto, brief, "planning");

        assertThat(approve(edna, brief, "commit_push", REVISION, "").expect(409).problem())
                .isEqualTo("four-eyes");
        approve(world.admin(), brief, "commit_push", REVISION, "").expect(201);
        approve(edna, brief, "commit_push", REVISION, "").expect(201);
        edit(edna, brief, "review");
        assertThat(approve(edna, brief, "commit_push", REVISION, "").expect(409).problem())
                .isEqualTo("four-eyes");
    }

    /** Switching it off and on again leaves traces: in the audit log, and on what went through. */
    @Test
    void whatWentThroughWhileOnePersonWasEnoughSaysSo() {
        JsonNode brief = world.admin()
                .post("/api/projects/" + world.project() + "/formation-briefs", fullBody())
                .expect(201)
                .json();
        fourEyes(false);
        approve(world.admin(), brief, "commit_push", REVISION, "").expect(201);
        JsonNode run = world.request(brief);
        fourEyes(true);

        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(world.read(run).path("four_eyes_off").asBoolean()).isTrue();
        assertThat(audit("run.queued", id(run)).at("/detail/four_eyes").asString())
                .isEqualTo("off");
        JsonNode on = audit("project.changed", world.project());
        assertThat(on.at("/detail/changes/four_eyes/before").asBoolean()).isFalse();
        assertThat(on.at("/detail/changes/four_eyes/after").asBoolean()).isTrue();
        assertThat(on.at("/detail/changes")).hasSize(1);
        JsonNode reading = world.queuedRun(World.intent("Reads only."));
        assertThat(reading.path("four_eyes_off").asBoolean()).isFalse();
    }

    private JsonNode audit(String type, String target) {
        return world.admin()
                .get("/api/audit-events?type=" + type + "&target_id=" + target)
                .expect(200)
                .json()
                .at("/items/0");
    }

    private void fourEyes(boolean required) {
        world.admin()
                .with("If-Match", "*")
                .patch("/api/projects/" + world.project(), "{\"four_eyes\":" + required + "}")
                .expect(200);
    }

    private void edit(Api person, JsonNode brief, String phase) {
        String pack = world.admin()
                .get("/api/formation-briefs/" + id(brief))
                .expect(200)
                .json()
                .at("/prompt_pack/id")
                .asString();
        person.post(
                        "/api/prompt-packs/" + pack + "/edits",
                        "{\"phase\":\"" + phase + "\",\"content\":\"Words of " + pack + "\",\"reason\":\"r\"}")
                .expect(201);
    }

    private JsonNode full() {
        return world.briefByAuthor(fullBody());
    }

    private static ObjectNode fullIntent() {
        ObjectNode intent = World.intent("Commit it.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        return intent;
    }

    private ObjectNode fullBody() {
        ObjectNode body = world.compileBody(fullIntent());
        ((ObjectNode) body.path("repo")).put("revision", REVISION);
        return body;
    }

    private JsonNode releasing() {
        ObjectNode intent = World.intent("Release it.");
        ObjectNode foundry = (ObjectNode) intent.path("foundry");
        foundry.put("entry_event", "release_requested").put("throttle", "dry_run");
        foundry.putObject("payload").put("bump", "patch");
        ObjectNode manifest = World.example("capability-manifest");
        manifest.withArray("supported_entry_events").add("release_requested");
        ObjectNode body = world.compileBody(intent);
        body.put(
                "installation_id",
                world.admin()
                        .post("/api/foundry-installations", world.installationBody(manifest))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString());
        ((ObjectNode) body.path("repo")).put("revision", REVISION);
        return world.briefByAuthor(body);
    }

    private static Api.Answer approve(Api person, JsonNode brief, String scope, String revision, String more) {
        return person.post(
                "/api/formation-briefs/" + id(brief) + "/approvals",
                "{\"scope\":\"" + scope + "\",\"repo_revision\":\"" + revision + "\"" + more + "}");
    }

    private static String id(JsonNode node) {
        return node.path("id").asString();
    }
}
