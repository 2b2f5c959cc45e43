package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A run waits until an approval fits it, whichever comes first. */
@AlloyTest
class RunApprovalScenarioTests {

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
    void waitsForItsApprovalAndIsQueuedByIt() {
        JsonNode waiting = world.request(brief);
        assertThat(waiting.path("status").asString()).isEqualTo("awaiting_approval");
        assertThat(waiting.path("approval_id").isNull()).isTrue();
        assertThat(waiting.path("queued_at").isNull()).isTrue();
        world.firstRunner().poll().expect(204);

        JsonNode approval = world.approve(brief);

        JsonNode queued = world.read(waiting);
        assertThat(queued.path("status").asString()).isEqualTo("queued");
        assertThat(queued.path("approval_id")).isEqualTo(approval.path("id"));
        assertThat(queued.path("queued_at").isNull()).isFalse();
        world.firstRunner().offered(waiting);
    }

    @Test
    void isQueuedAtOnceWhenItsApprovalIsThere() {
        JsonNode approval = world.approve(brief);

        JsonNode run = world.request(brief);

        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(run.path("approval_id")).isEqualTo(approval.path("id"));
    }

    @Test
    void isNotQueuedAtAnotherRevisionUnlessThatIsAllowed() {
        JsonNode early = world.request(brief);
        approve(brief, "dead456", "").expect(422);
        JsonNode late = World.requestAs(world.person("ann", "\"compile_briefs\",\"view\""), brief, "")
                .expect(201)
                .json();

        assertThat(world.read(early).path("status").asString()).isEqualTo("awaiting_approval");
        assertThat(late.path("status").asString()).isEqualTo("awaiting_approval");
        approve(brief, "dead456", ",\"drift_policy\":\"any_recorded\"").expect(201);
        assertThat(world.read(early).path("status").asString()).isEqualTo("queued");
        assertThat(world.read(late).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void isNotQueuedByAnApprovalOfAnotherBrief() {
        JsonNode other = world.brief(World.intent("Let a customer pay by invoice."));
        JsonNode run = world.request(brief);

        world.approve(other);

        assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @Test
    void isNotQueuedByAnApprovalThatIsTooNarrow() {
        var intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode full = world.brief(intent);
        JsonNode run = world.request(full);

        world.approve(full);

        assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");
        world.firstRunner().poll().expect(204);
    }

    @Test
    void queuesEveryRunThatWaitedForTheApproval() {
        JsonNode mine = world.request(brief);
        JsonNode anns = World.requestAs(world.person("ann", "\"compile_briefs\",\"view\""), brief, "")
                .expect(201)
                .json();

        world.approve(brief);

        assertThat(world.read(mine).path("status").asString()).isEqualTo("queued");
        assertThat(world.read(anns).path("status").asString()).isEqualTo("queued");
    }

    @RepeatedTest(15)
    void isQueuedAlsoWhenTheApprovalComesAtTheSameMoment() {
        List<JsonNode> answers = Together.run(
                List.of(() -> world.request(brief), () -> world.approve(brief), () -> world.approve(brief)));

        JsonNode run = world.read(answers.get(0));
        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(run.path("approval_id").isNull()).isFalse();
    }

    private Api.Answer approve(JsonNode one, String revision, String more) {
        return world.admin()
                .post(
                        "/api/formation-briefs/" + one.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"" + revision + "\"" + more + "}");
    }
}
