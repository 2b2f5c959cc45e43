package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Remedies are followed, as a reader would: none leads to the next refusal. */
@AlloyTest
class RemedyScenarioTests {

    private static final String WHY = "{\"reason\":\"Because.\"}";

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void otherConditionsOfTheSameRunTakeAnotherBrief() {
        JsonNode brief = world.brief();
        JsonNode run = world.request(brief);
        String pinned = ",\"runner_id\":\"" + world.runner() + "\"";

        JsonNode problem = world.request(brief, pinned).expect(409).json();

        assertThat(problem.path("type").asString()).endsWith("/request-conflict");
        assertThat(problem.path("detail").asString()).contains("without 'runner_id' and without 'expires_at'");
        assertThat(problem.path("remedy").asString()).contains("run_request_id", "cancel it, compile the intent again");
        assertThat(world.request(brief, "").expect(200).json().path("id")).isEqualTo(problem.path("run_request_id"));
        world.admin().post(RunnerClient.path(run) + "/cancel", WHY).expect(200);
        world.request(brief, pinned).expect(409);
        world.request(world.brief(), pinned).expect(201);
    }

    /** Nothing ran: who may ask for a run may ask once more, and the approval that was bound is free. */
    @Test
    void whatCouldNotStartIsAskedForAgain() {
        Api bob = world.person("bob", "\"view\",\"compile_briefs\"");
        JsonNode brief = world.brief();
        world.approve(brief);
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();

        Api.Answer refused = world.firstRunner()
                .accept(run)
                .post("started", "{\"repo_revision_before\":\"fff999\"}")
                .expect(409);

        assertThat(refused.problem()).isEqualTo("revision-mismatch");
        assertThat(refused.json().path("remedy").asString())
                .contains("/reexecutions")
                .doesNotContain("or approve");
        assertThat(World.requestAs(bob, brief, "")
                        .expect(200)
                        .json()
                        .path("status")
                        .asString())
                .as("requesting it again is no way on")
                .isEqualTo("failed");
        assertThat(world.read(run).at("/failure/recovery_actions").valueStream().map(JsonNode::asString))
                .containsExactly("reexecute", "recompile");
        JsonNode again = bob.post(RunnerClient.path(run) + "/reexecutions", WHY)
                .expect(201)
                .json();
        assertThat(again.path("status").asString()).isEqualTo("awaiting_approval");
        world.approve(brief);
        world.firstRunner()
                .accept(again)
                .post("started", "{\"repo_revision_before\":\"" + World.REVISION + "\"}")
                .expect(200);
    }

    @Test
    void anApprovalOfARunThatCouldNotStartIsFreeAgain() {
        String whole = World.REVISION + "0".repeat(34);
        ObjectNode intent = World.intent("Commits.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("revision", whole);
        JsonNode brief = world.briefByAuthor(body);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        JsonNode first = World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();
        JsonNode approval = world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + whole + "\"}")
                .expect(201)
                .json();
        JsonNode second = World.requestAs(world.person("carl", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();

        world.firstRunner()
                .accept(first)
                .post("started", "{\"repo_revision_before\":\"" + "f".repeat(40) + "\"}")
                .expect(409);

        assertThat(world.read(second).path("status").asString()).isEqualTo("queued");
        assertThat(world.read(second).path("approval_id")).isEqualTo(approval.path("id"));
    }

    @Test
    void anEndedRunNamesTheWayThatIsOpen() {
        JsonNode brief = world.brief();
        JsonNode ended = cancelled(world.request(brief));
        assertThat(remedy(ended)).contains("/reexecutions");
        JsonNode successor = world.admin()
                .post(RunnerClient.path(ended) + "/reexecutions", WHY)
                .expect(201)
                .json();

        assertThat(remedy(ended)).contains(successor.path("id").asString()).doesNotContain("/reexecutions");

        JsonNode other = world.brief(World.intent("Archived."));
        JsonNode archived = cancelled(world.request(other));
        world.approve(other);
        world.admin()
                .post("/api/formation-briefs/" + other.path("id").asString() + "/archive", "{}")
                .expect(200);
        assertThat(remedy(archived)).contains("Compile the intent again").doesNotContain("/reexecutions");
    }

    private JsonNode cancelled(JsonNode run) {
        return world.admin()
                .post(RunnerClient.path(run) + "/cancel", WHY)
                .expect(200)
                .json();
    }

    private String remedy(JsonNode run) {
        List<String> remedies = Stream.of("cancel", "decline", "requeue")
                .map(call -> world.admin()
                        .post(RunnerClient.path(run) + "/" + call, WHY)
                        .expect(409)
                        .json()
                        .path("remedy")
                        .asString())
                .distinct()
                .toList();
        assertThat(remedies).hasSize(1);
        return remedies.get(0);
    }

    @Test
    void anEndedApprovalHasNothingToRevoke() {
        JsonNode approval = world.approve(world.brief());
        String path = "/api/approvals/" + approval.path("id").asString();
        world.admin().post(path + "/revoke", WHY).expect(200);

        JsonNode problem = world.admin().post(path + "/revoke", WHY).expect(409).json();

        assertThat(problem.path("state").asString()).isEqualTo("revoked");
        String list = "/api/approvals?formation_brief_id="
                + approval.path("formation_brief_id").asString();
        assertThat(problem.path("remedy").asString())
                .contains("Nothing is left to revoke", "GET " + list)
                .doesNotContain("run's explanation");
        world.admin().get(list).expect(200);
    }

    /** A runner may not ask for the explanation; so it is told what to do at once. */
    @Test
    void aRunnerIsToldWhatToDo() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease lease = world.firstRunner().accept(run);
        assertThat(told(lease.post("completed", World.result(run)))).contains("Call 'started'");
        lease.start();
        assertThat(told(lease.post("release", WHY))).contains("'completed' or 'failed'");
        lease.post("completed", World.result(run)).expect(200);
        assertThat(told(lease.post("started", "{\"repo_revision_before\":\"" + World.REVISION + "\"}")))
                .contains("Poll for the next run request");
    }

    private static String told(Api.Answer refused) {
        assertThat(refused.expect(409).problem()).isEqualTo("invalid-transition");
        assertThat(refused.json().has("state")).isTrue();
        String remedy = refused.json().path("remedy").asString();
        assertThat(remedy).doesNotContain("dispatch-explanation");
        return remedy;
    }
}
