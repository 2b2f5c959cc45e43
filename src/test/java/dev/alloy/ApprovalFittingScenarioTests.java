package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(given.path("summary").asString()).contains("fits none of the waiting runs");
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
        assertThat(given.at("/waiting_runs/0/fits").asBoolean()).isFalse();
        assertThat(given.at("/waiting_runs/0/because").asString()).contains("requested the run");
        assertThat(given.at("/waiting_runs/1/fits").asBoolean()).isTrue();
        assertThat(given.at("/waiting_runs/1/code").isNull()).isTrue();
        assertThat(given.at("/waiting_runs/2/fits").asBoolean()).isFalse();
        assertThat(given.at("/waiting_runs/2/because").asString()).contains("bound to a different run");
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

    /** What the first could not do, since the project's rule was another, the same decision does later. */
    @Test
    void theSameApprovalAgainQueuesWhatItFitsByNow() {
        JsonNode brief = full();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        JsonNode own = World.requestAs(ann, brief, "").expect(201).json();
        JsonNode first =
                approve(ann, brief, "commit_push", REVISION, "").expect(201).json();
        assertThat(first.at("/waiting_runs/0/fits").asBoolean()).isFalse();
        fourEyes(false);

        Api.Answer again = approve(ann, brief, "commit_push", REVISION, "").expect(200);

        assertThat(again.json().path("id")).isEqualTo(first.path("id"));
        assertThat(again.json().at("/waiting_runs/0/fits").asBoolean()).isTrue();
        assertThat(again.json().path("bound_run_request_id")).isEqualTo(own.path("id"));
        assertThat(again.json().path("status").asString()).isEqualTo("bound");
        JsonNode queued = world.read(own);
        assertThat(queued.path("status").asString()).isEqualTo("queued");
        assertThat(queued.path("approval_id")).isEqualTo(first.path("id"));
        assertThat(audited("approval.given", id(first))).isEqualTo(1);
    }

    /** An approval of the requester's own would not fit if it were newer either; so the repetition makes no second one. */
    @Test
    void anApprovalThatDoesNotFitForAnotherReasonIsNotGivenAgain() {
        JsonNode brief = full();
        Api ann = world.person("ann", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        JsonNode run = World.requestAs(ann, brief, "").expect(201).json();
        world.admin()
                .post("/api/run-requests/" + id(run) + "/cancel", "{\"reason\":\"r\"}")
                .expect(200);
        JsonNode first =
                approve(ann, brief, "commit_push", REVISION, "").expect(201).json();
        ann.post("/api/run-requests/" + id(run) + "/reexecutions", "{\"reason\":\"r\"}")
                .expect(201);

        Api.Answer again = approve(ann, brief, "commit_push", REVISION, "").expect(200);

        assertThat(again.json().path("id")).isEqualTo(first.path("id"));
        assertThat(again.json().at("/waiting_runs/0/code").asString()).isEqualTo("four-eyes");
    }

    /** A run says one thing, whomever one asks: the answer to an approval or its explanation. */
    @Test
    void aRunThatWaitsHasTheCodeOfItsExplanation() {
        JsonNode brief = full();
        Api bob = world.person("bob", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        String approval = id(approve(world.admin(), brief, "commit_push", REVISION, "")
                .expect(201)
                .json());
        JsonNode queued = World.requestAs(bob, brief, "").expect(201).json();
        assertThat(queued.path("status").asString()).isEqualTo("queued");
        world.admin()
                .post("/api/approvals/" + approval + "/revoke", "{\"reason\":\"r\"}")
                .expect(200);
        JsonNode waiting = world.request(brief);

        JsonNode narrow = approve(world.admin(), brief, "dry_run", REVISION, "")
                .expect(201)
                .json();
        assertThat(codes(narrow)).containsExactly("approval-stale", "awaiting-approval");
        JsonNode own = approve(world.admin(), brief, "commit_push", REVISION, ",\"branch\":\"x\"")
                .expect(201)
                .json();
        assertThat(codes(own)).as("the older run took it").containsExactly("fits", "awaiting-approval");
        assertThat(own.at("/waiting_runs/1/because").asString()).contains("bound to a different run");
        JsonNode others =
                approve(bob, brief, "commit_push", REVISION, "").expect(201).json();
        assertThat(codes(others)).containsExactly("fits");
        assertThat(world.read(waiting).path("status").asString()).isEqualTo("queued");
    }

    /** The codes of the runs that an approval was compared with, each as its explanation says it as well. */
    private List<String> codes(JsonNode given) {
        return given.path("waiting_runs")
                .valueStream()
                .map(item -> {
                    if (item.path("fits").asBoolean()) {
                        return "fits";
                    }
                    String run = item.path("run_request_id").asString();
                    assertThat(item.path("code"))
                            .isEqualTo(world.admin()
                                    .get("/api/run-requests/" + run + "/dispatch-explanation")
                                    .expect(200)
                                    .json()
                                    .at("/blockers/0/code"));
                    return item.path("code").asString();
                })
                .toList();
    }

    private int audited(String type, String target) {
        return world.admin()
                .get("/api/audit-events?type=" + type + "&target_id=" + target)
                .expect(200)
                .json()
                .path("items")
                .size();
    }

    /** Every way to an approval that never fits: sent as it is offered, the offer is taken. */
    @ParameterizedTest
    @CsvSource({
        // what the brief is, its revision, the scope and revision that are sent, the drift policy
        "dry_run, abc123, dry_run, dead456, exact",
        "full, FULL, dry_run, dead456, exact",
        "full, FULL, commit_push, FFFF, exact",
        "full, abc123, dry_run, dead456, exact",
        "full, abc123, full, FFFF, exact",
        "release, FULL, dry_run, FULL, exact",
        "release, FULL, dry_run, abc123, exact",
        "release, FULL, dry_run, dead456, exact",
        "release, FULL, commit_push, FFFF, exact",
        "release, FULL, release, FFFF, exact",
        "release, FULL, full, FFFF, any_recorded",
        "release, abc123, dry_run, abc123, exact",
        "release, abc123, dry_run, dead456, exact",
        "release, abc123, full, FULL, exact",
        "release, abc123, release, FFFF, exact",
        "release, abc123, dry_run, dead456, any_recorded",
        "release, abc123, full, FFFF, any_recorded",
    })
    void whatWouldFitIsTakenAsItIsOffered(String what, String has, String scope, String revision, String drift) {
        JsonNode brief =
                switch (what) {
                    case "dry_run" -> world.brief();
                    case "full" -> world.briefByAuthor(at(fullBody(), whole(has)));
                    default -> releasing(whole(has));
                };
        String policy = ",\"drift_policy\":\"" + drift + "\"";

        JsonNode problem = approve(world.admin(), brief, scope, whole(revision), policy)
                .expect(422)
                .json();

        assertThat(problem.path("type").asString()).endsWith("/approval-never-fits");
        ObjectNode offer = (ObjectNode) problem.path("would_fit");
        if (!offer.has("repo_revision")) {
            // Nobody here knows it in full, and in words that is said.
            assertThat(has).isEqualTo("abc123");
            assertThat(problem.path("remedy").asString())
                    .contains("all 40 or 64 digits of the commit that begins with abc123");
            assertThat(problem.path("errors").findValuesAsString("pointer")).contains("/repo_revision");
            offer.put("repo_revision", REVISION);
        }
        offer.put("drift_policy", drift);
        world.admin()
                .post("/api/formation-briefs/" + id(brief) + "/approvals", offer.toString())
                .expect(201);
    }

    private static String whole(String revision) {
        return switch (revision) {
            case "FULL" -> REVISION;
            case "FFFF" -> "f".repeat(40);
            default -> revision;
        };
    }

    /** An offer that the reader may not take names who may. */
    @Test
    void whatWouldFitByAnotherPersonSaysSo() {
        JsonNode brief = releasing(REVISION);
        Api dora = world.person("dora", "\"view\",\"approve_dry_run\"");

        JsonNode problem =
                approve(dora, brief, "dry_run", REVISION, "").expect(422).json();

        assertThat(problem.path("remedy").asString()).contains("another person", "'approve_release'");
        assertThat(problem.at("/errors/0/detail").asString()).contains("'approve_release'");
        assertThat(approve(world.admin(), brief, "dry_run", REVISION, "")
                        .expect(422)
                        .json()
                        .path("remedy")
                        .asString())
                .startsWith("Approve with");
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

    private static ObjectNode at(ObjectNode body, String revision) {
        ((ObjectNode) body.path("repo")).put("revision", revision);
        return body;
    }

    private JsonNode releasing() {
        return releasing(REVISION);
    }

    private JsonNode releasing(String revision) {
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
        return world.briefByAuthor(at(body, revision));
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
