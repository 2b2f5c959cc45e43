package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs that change code: who approves what for which one, on which branch, and what stops them on their way. */
@AlloyTest
class MutationScenarioTests {

    private static final String FULL_REVISION = World.REVISION + "0".repeat(34);
    private static final String WHY = "{\"reason\":\"Because.\"}";

    @LocalServerPort
    private int port;

    private World world;
    private RunnerClient runner;
    private Api bob;

    @BeforeEach
    void make() {
        world = World.on(port);
        runner = world.firstRunner();
        world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        bob = world.person("bob", "\"view\",\"compile_briefs\"");
    }

    @Test
    void anApprovalAboveDryRunIsOfOneRunAndAllItsAttempts() {
        JsonNode brief = full("One run.");
        JsonNode approval = approve(brief, "commit_push", "").expect(201).json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(run.path("approval_id")).isEqualTo(approval.path("id"));
        JsonNode bound = read(approval);
        assertThat(bound.path("status").asString()).isEqualTo("bound");
        assertThat(bound.path("bound_run_request_id")).isEqualTo(run.path("id"));
        JsonNode second = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();
        assertThat(second.path("status").asString()).isEqualTo("awaiting_approval");
        RunnerClient.Lease first = runner.accept(run);
        first.post("release", WHY).expect(200);
        runner.accept(run);
    }

    @Test
    void anApprovalThatWasNeverUsedIsFreeForTheNext() {
        JsonNode brief = full("Give it on.");
        JsonNode approval = approve(brief, "commit_push", "").expect(201).json();
        JsonNode first = World.requestAs(bob, brief, "").expect(201).json();
        JsonNode second = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();

        world.admin().post(path(first) + "/cancel", WHY).expect(200);

        assertThat(world.read(second).path("status").asString()).isEqualTo("queued");
        assertThat(read(approval).path("bound_run_request_id")).isEqualTo(second.path("id"));
    }

    @Test
    void anApprovalThatWasUsedIsNotFreeAgain() {
        JsonNode brief = full("Use it up.");
        JsonNode approval = approve(brief, "commit_push", "").expect(201).json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        RunnerClient.Lease lease = runner.accept(run);
        lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                .expect(200);
        lease.post("failed", failure(run)).expect(200);

        assertThat(read(approval).path("bound_run_request_id")).isEqualTo(run.path("id"));
    }

    @Test
    void whoAsksForARunDoesNotApproveIt() {
        JsonNode brief = full("Four eyes.");
        approve(brief, "commit_push", "").expect(201);
        JsonNode own = world.request(brief);

        assertThat(own.path("status").asString()).isEqualTo("awaiting_approval");
        assertThat(explanation(own).path("blockers").findValuesAsString("code")).containsExactly("four-eyes");
        assertThat(World.requestAs(bob, brief, "")
                        .expect(201)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("queued");
    }

    @Test
    void withoutFourEyesOnePersonIsEnough() {
        world.admin()
                .with("If-Match", "*")
                .patch("/api/projects/" + world.project(), "{\"four_eyes\":false}")
                .expect(200);
        JsonNode brief = full("Two eyes.");
        approve(brief, "commit_push", "").expect(201);

        assertThat(world.request(brief).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void whoEditedThePromptsLastDoesNotApproveThem() {
        JsonNode brief = full("Edited.");
        world.admin()
                .post(
                        "/api/prompt-packs/" + brief.at("/prompt_pack/id").asString() + "/edits",
                        "{\"phase\":\"review\",\"content\":\"Look twice.\",\"reason\":\"r\"}")
                .expect(201);

        assertThat(approve(brief, "commit_push", "").expect(409).problem()).isEqualTo("four-eyes");
        approve(brief, "dry_run", "").expect(201);
        Api other = world.person("dora", "\"view\",\"approve_commit_push\"");
        other.post(approvals(brief), approval("commit_push", "")).expect(201);
    }

    @Test
    void anApprovalAboveDryRunNamesItsRevisionInFull() {
        JsonNode brief = full("Whole revisions.");

        JsonNode problem = world.admin()
                .post(approvals(brief), "{\"scope\":\"full\",\"repo_revision\":\"" + World.REVISION + "\"}")
                .expect(422)
                .json();

        assertThat(problem.at("/errors/0/code").asString()).isEqualTo("incomplete-revision");
    }

    @ParameterizedTest
    @CsvSource({
        "approve_dry_run, dry_run, 201",
        "approve_dry_run, audit_only, 403",
        "approve_mutation, audit_only, 201",
        "approve_mutation, full, 201",
        "approve_mutation, commit_push, 403",
        "approve_mutation, dry_run, 403",
        "approve_commit_push, commit_push, 201",
        "approve_commit_push, release, 403",
        "approve_release, release, 201",
        "compile_briefs, dry_run, 403",
    })
    void everyScopeTakesItsAuthority(String authority, String scope, int status) {
        JsonNode brief = full("Authorities.");
        Api approver = world.person("approver", "\"view\",\"" + authority + "\"");

        assertThat(approver.post(approvals(brief), approval(scope, "")).status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"full, awaiting_approval", "commit_push, queued", "release, queued"})
    void aFullRunThatCommitsNeedsCommitPush(String scope, String status) {
        JsonNode brief = full("Commit.");
        approve(brief, scope, "").expect(201);

        assertThat(World.requestAs(bob, brief, "")
                        .expect(201)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo(status);
    }

    @Test
    void aRunThatMayCommitStaysOnAnIsolatedBranch() {
        ObjectNode body = world.compileBody(fullIntent("On main."));
        ((ObjectNode) body.path("repo")).put("branch", "feature/x");
        JsonNode brief = world.briefByAuthor(body);
        approve(brief, "commit_push", "").expect(201);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        assertThat(run.path("status").asString()).isEqualTo("awaiting_approval");
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("branch-not-isolated");
        approve(brief, "commit_push", ",\"branch\":\"feature/x\"").expect(201);
        assertThat(world.read(run).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void oneMutatingRunOfABranchIsUnderWayAtATime() {
        JsonNode first = queued("First.");
        JsonNode second = queued("Second.");
        RunnerClient other = trusted();
        RunnerClient.Lease lease = runner.accept(first);
        other.poll().expect(204);

        assertThat(explanation(second).path("blockers").findValuesAsString("code"))
                .containsExactly("branch-busy");
        lease.post("failed", failure(first)).expect(200);
        other.accept(second);
    }

    @Test
    void ofTwoOffersOnABranchOneIsAccepted() {
        JsonNode first = queued("First.");
        JsonNode second = queued("Second.");
        RunnerClient other = trusted();
        runner.offered(first);
        other.offered(second);

        List<Api.Answer> answers =
                Together.run(List.of(() -> runner.api().post(path(first) + "/accepted", "{}"), () -> other.api()
                        .post(path(second) + "/accepted", "{}")));

        assertThat(answers).extracting(Api.Answer::status).containsExactlyInAnyOrder(200, 409);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 409)
                .extracting(Api.Answer::problem)
                .containsExactly("branch-busy");
    }

    @Test
    void aLostRunKeepsItsBranchBusyUntilItIsResolved() {
        JsonNode first = queued("First.");
        RunnerClient.Lease lease = runner.accept(first);
        lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                .expect(200);
        Rows.database()
                .sql("update run_attempts set lease_expires_at = alloy_now() where run_request_id = :run")
                .param("run", first.path("id").asString())
                .update();
        JsonNode second = queued("Second.");
        runner.poll().expect(204);
        assertThat(world.read(first).path("status").asString()).isEqualTo("lost");

        world.admin()
                .post(path(first) + "/resolve", "{\"status\":\"failed\",\"reason\":\"Nothing happened.\"}")
                .expect(200);
        assertThat(world.read(first).at("/failure/code").asString()).isEqualTo("resolved-as-failed");
        runner.offered(second);
    }

    @Test
    void aRevokedApprovalStopsWhatHasNotStarted() {
        JsonNode brief = full("Revoked.");
        JsonNode approval = approve(brief, "commit_push", "").expect(201).json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        RunnerClient.Lease lease = runner.accept(run);
        String revoke = "/api/approvals/" + approval.path("id").asString() + "/revoke";
        world.person("dry", "\"view\",\"approve_dry_run\"").post(revoke, WHY).expect(403);
        world.admin().post(revoke, WHY).expect(200);

        assertThat(lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("approval-stale");
        assertThat(world.read(run).path("status").asString()).isEqualTo("queued");
        runner.poll().expect(204);
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("approval-stale");
        assertThat(world.admin().post(revoke, WHY).expect(409).problem()).isEqualTo("invalid-transition");
        approve(brief, "commit_push", "").expect(201);
        runner.offered(run);
    }

    @ParameterizedTest
    @CsvSource({
        "allowed_projects, '{\"allowed_projects\":[]}', not-allowed-project",
        "trusted_projects, '{\"trusted_projects\":[]}', untrusted-for-effect",
        "installation_ids, '{\"installation_ids\":[]}', does-not-serve-installation",
        "status, '{\"status\":\"draining\"}', draining",
    })
    void whatChangesAfterTheOfferPutsTheRunBack(String member, String change, String problem) {
        JsonNode run = queued("Changed " + member);
        runner.offered(run);
        world.change(runner, change);

        assertThat(runner.api().post(path(run) + "/accepted", "{}").expect(409).problem())
                .isEqualTo(problem);
        assertThat(world.read(run).path("status").asString()).isEqualTo("queued");
        assertThat(explanation(run).at("/runners/0/reasons").findValuesAsString("code"))
                .contains(problem);
    }

    @Test
    void anApprovalThatIsThereAlreadyTakesThePlaceOfARevokedOne() {
        JsonNode brief = full("Two approvals.");
        JsonNode first = approve(brief, "commit_push", "").expect(201).json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        JsonNode second = approve(brief, "commit_push", "").expect(201).json();
        assertThat(run.path("approval_id")).isEqualTo(first.path("id"));

        revoke(first);

        assertThat(world.read(run).path("approval_id")).isEqualTo(second.path("id"));
        runner.offered(run);
    }

    @Test
    void anApprovalThatWasGivenDuringAnOfferOrAnAttemptIsTakenWhenTheRunComesBack() {
        JsonNode brief = full("Given meanwhile.");
        JsonNode first = approve(brief, "commit_push", "").expect(201).json();
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        runner.offered(run);
        revoke(first);
        JsonNode second = approve(brief, "commit_push", "").expect(201).json();
        assertThat(runner.api().post(path(run) + "/accepted", "{}").expect(409).problem())
                .isEqualTo("approval-stale");
        assertThat(explanation(run).path("blockers")).isEmpty();

        RunnerClient.Lease lease = runner.accept(run);
        revoke(second);
        approve(brief, "commit_push", "").expect(201);
        assertThat(lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("approval-stale");
        runner.offered(run);
    }

    private void revoke(JsonNode approval) {
        world.admin()
                .post("/api/approvals/" + approval.path("id").asString() + "/revoke", WHY)
                .expect(200);
    }

    @Test
    void aManifestThatChangesStopsARunOnItsWay() {
        JsonNode offered = queued("Offered.");
        runner.offered(offered);
        report(World.example("capability-manifest").put("supports_trace_export", false));
        assertThat(runner.api()
                        .post(path(offered) + "/accepted", "{}")
                        .expect(409)
                        .problem())
                .isEqualTo("manifest-mismatch");
        report(World.example("capability-manifest"));

        RunnerClient.Lease lease = runner.accept(offered);
        report(World.example("capability-manifest").put("supports_trace_export", false));
        assertThat(lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("manifest-mismatch");
        assertThat(world.read(offered).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void anExpiredApprovalStopsARunOnItsWay() {
        JsonNode run = queued("Expired.");
        RunnerClient.Lease lease = runner.accept(run);
        Rows.database().sql("""
                        alter table approvals disable trigger approvals_are_immutable
                        """).update();
        try {
            Rows.database()
                    .sql("""
                            update approvals set approved_at = approved_at - interval '8 days', expires_at = alloy_now()
                            where formation_brief_id = :brief
                            """)
                    .param("brief", run.path("formation_brief_id").asString())
                    .update();
        } finally {
            Rows.database()
                    .sql("alter table approvals enable trigger approvals_are_immutable")
                    .update();
        }

        assertThat(lease.post("started", "{\"repo_revision_before\":\"" + FULL_REVISION + "\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("approval-expired");
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("approval-expired");
    }

    @Test
    void aRunIsRunAgainOnPurposeOnce() {
        JsonNode run = world.queuedRun(World.intent("Again."));
        assertThat(world.admin()
                        .post(path(run) + "/reexecutions", WHY)
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
        world.admin().post(path(run) + "/cancel", WHY).expect(200);

        JsonNode again =
                world.admin().post(path(run) + "/reexecutions", WHY).expect(201).json();

        assertThat(again.path("supersedes")).isEqualTo(run.path("id"));
        assertThat(again.path("status").asString())
                .as("what never started needs an approval that is given after it")
                .isEqualTo("awaiting_approval");
        assertThat(again.at("/idempotency_parts/reexecution_ordinal").asInt()).isEqualTo(1);
        assertThat(world.read(run).path("superseded_by")).isEqualTo(again.path("id"));
        Api.Answer twice = world.admin().post(path(run) + "/reexecutions", WHY).expect(409);
        assertThat(twice.problem()).isEqualTo("already-reexecuted");
        assertThat(twice.json().path("superseded_by")).isEqualTo(again.path("id"));
        world.admin().post(path(again) + "/cancel", WHY).expect(200);
        JsonNode third = world.admin()
                .post(path(again) + "/reexecutions", WHY)
                .expect(201)
                .json();
        assertThat(third.at("/idempotency_parts/reexecution_ordinal").asInt()).isEqualTo(2);
        world.person("dry", "\"view\",\"approve_dry_run\"")
                .post(path(third) + "/reexecutions", WHY)
                .expect(403);
        bob.post(path(run) + "/reexecutions", WHY).expect(409);
    }

    @Test
    void whatStartedTakesTheAuthorityToApproveToBeRunAgain() {
        JsonNode run = world.completedRun().path("run_request_id");
        String again = "/api/run-requests/" + run.asString() + "/reexecutions";

        bob.post(again, WHY).expect(403);
        JsonNode repeated = world.person("dry", "\"view\",\"approve_dry_run\"")
                .post(again, WHY)
                .expect(201)
                .json();
        assertThat(repeated.path("status").asString()).isEqualTo("queued");
    }

    @Test
    void aMutatingRunThatIsRunAgainNeedsAnotherApproval() {
        JsonNode brief = world.brief(World.mutatingIntent());
        world.approve(brief);
        JsonNode run = world.request(brief);
        world.admin().post(path(run) + "/cancel", WHY).expect(200);

        JsonNode again =
                world.admin().post(path(run) + "/reexecutions", WHY).expect(201).json();

        assertThat(again.path("status").asString()).isEqualTo("awaiting_approval");
        world.approve(brief);
        assertThat(world.read(again).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void ofManyWhoRunItAgainAtOnceOneDoes() {
        JsonNode run = world.queuedRun(World.intent("Many."));
        world.admin().post(path(run) + "/cancel", WHY).expect(200);
        List<Integer> answers = Together.times(
                6, () -> world.admin().post(path(run) + "/reexecutions", WHY).status());

        assertThat(answers)
                .containsOnly(201, 409)
                .filteredOn(status -> status == 201)
                .hasSize(1);
    }

    private JsonNode queued(String objective) {
        JsonNode brief = full(objective);
        approve(brief, "commit_push", "").expect(201);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        assertThat(run.path("status").asString()).isEqualTo("queued");
        return run;
    }

    private RunnerClient trusted() {
        RunnerClient other = world.anotherRunner(1);
        world.change(other, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        return other;
    }

    private ObjectNode fullIntent(String objective) {
        ObjectNode intent = World.intent(objective);
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        return intent;
    }

    private JsonNode full(String objective) {
        return world.briefByAuthor(world.compileBody(fullIntent(objective)));
    }

    private Api.Answer approve(JsonNode brief, String scope, String more) {
        return world.admin().post(approvals(brief), approval(scope, more));
    }

    private static String approval(String scope, String more) {
        return "{\"scope\":\"" + scope + "\",\"repo_revision\":\"" + FULL_REVISION + "\"" + more + "}";
    }

    private static String approvals(JsonNode brief) {
        return "/api/formation-briefs/" + brief.path("id").asString() + "/approvals";
    }

    private JsonNode read(JsonNode approval) {
        return world.admin()
                .get("/api/approvals/" + approval.path("id").asString())
                .expect(200)
                .json();
    }

    private void report(ObjectNode manifest) {
        world.admin()
                .put("/api/foundry-installations/" + world.installation() + "/capability-manifest", manifest.toString())
                .expect(200);
    }

    private static ObjectNode failure(JsonNode run) {
        return World.result(run)
                .put("status", "failed")
                .put("throttle", "full")
                .put("repo_revision_before", FULL_REVISION);
    }

    private JsonNode explanation(JsonNode run) {
        return world.admin()
                .get(path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
    }

    private static String path(JsonNode run) {
        return RunnerClient.path(run);
    }
}
