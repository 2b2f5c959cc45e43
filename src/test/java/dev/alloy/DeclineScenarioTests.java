package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A reviewer says no: the run ends, its requester learns why and how to go on. */
@AlloyTest
class DeclineScenarioTests {

    private static final String NO = "{\"reason\":\"Too much at once.\"}";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;
    private Api rita;

    @BeforeEach
    void make() {
        world = World.on(port);
        brief = world.brief();
        rita = world.person("rita", "\"view\",\"approve_dry_run\"");
    }

    @Test
    void aDeclinedRunEndsAndSaysWhoAndWhy() {
        JsonNode run = world.request(brief);

        JsonNode declined = decline(rita, run).expect(200).json();

        assertThat(declined.path("status").asString()).isEqualTo("cancelled");
        assertThat(declined.path("declined_by").asString()).isEqualTo("rita");
        assertThat(declined.path("decline_reason").asString()).isEqualTo("Too much at once.");
        assertThat(declined.path("remedy").asString())
                .contains("compile it again")
                .contains("/reexecutions");
        assertThat(declined.path("completed_at").isNull()).isFalse();
        JsonNode explanation = world.admin()
                .get(RunnerClient.path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
        assertThat(explanation.at("/blockers/0/code").asString()).isEqualTo("declined");
        assertThat(explanation.path("summary").asString()).contains("rita").contains("Too much at once.");
        assertThat(explanation.at("/blockers/0/remedy")).isEqualTo(declined.path("remedy"));
        assertThat(world.admin()
                        .get(RunnerClient.path(run) + "/events")
                        .expect(200)
                        .json()
                        .at("/items/0/type")
                        .asString())
                .isEqualTo("declined");
        JsonNode fact = audited(run, "run.declined");
        assertThat(fact.at("/actor/name").asString()).isEqualTo("rita");
        assertThat(fact.at("/detail/reason").asString()).isEqualTo("Too much at once.");
        world.approve(brief);
        world.firstRunner().poll().expect(204);
    }

    @Test
    void theSameRequestAgainAnswersTheDeclinedRun() {
        JsonNode run = world.request(brief);
        decline(rita, run).expect(200);

        Api.Answer again = world.request(brief, "").expect(200);

        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json().path("id")).isEqualTo(run.path("id"));
        assertThat(again.json().path("remedy").asString()).contains("/reexecutions");
    }

    /** Who may ask for a run may ask once more; what was approved before does not count for it. */
    @Test
    void aDeclinedRunIsAskedForOnceMoreAndNeedsAnApprovalOfItsOwn() {
        Api bob = world.person("bob", "\"view\",\"compile_briefs\"");
        JsonNode run = World.requestAs(bob, brief, "").expect(201).json();
        decline(rita, run).expect(200);
        world.approve(brief);

        JsonNode again = bob.post(RunnerClient.path(run) + "/reexecutions", "{\"reason\":\"Smaller now.\"}")
                .expect(201)
                .json();

        assertThat(again.path("status").asString()).isEqualTo("awaiting_approval");
        JsonNode blocker = world.admin()
                .get(RunnerClient.path(again) + "/dispatch-explanation")
                .expect(200)
                .json()
                .at("/blockers/0");
        assertThat(blocker.path("detail").asString()).contains("given before this run was requested again");
        assertThat(world.read(run).path("remedy").isNull())
                .as("its successor goes on")
                .isTrue();
        JsonNode of = world.admin()
                .get(RunnerClient.path(run) + "/dispatch-explanation")
                .expect(200)
                .json()
                .at("/blockers/0");
        assertThat(of.path("code").asString())
                .as("who declined it is not forgotten")
                .isEqualTo("declined");
        assertThat(of.path("detail").asString()).contains("rita", "Too much at once.");
        assertThat(of.path("remedy").asString()).contains(again.path("id").asString());
        world.approve(brief);
        assertThat(world.read(again).path("status").asString()).isEqualTo("queued");
    }

    @Test
    void onlyWhatWaitsIsDeclined() {
        world.approve(brief);
        JsonNode queued = world.request(brief);

        Api.Answer answer = decline(rita, queued).expect(409);

        assertThat(answer.problem()).isEqualTo("invalid-transition");
        assertThat(answer.json().path("state").asString()).isEqualTo("queued");
        JsonNode other = world.request(world.brief(World.intent("Declined twice.")));
        decline(rita, other).expect(200);
        assertThat(decline(rita, other).expect(409).json().path("state").asString())
                .isEqualTo("cancelled");
        assertThat(world.read(queued).path("declined_by").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "approve_dry_run, 403",
        "approve_mutation, 403",
        "approve_commit_push, 200",
        "approve_release, 403",
        "compile_briefs, 403",
        "administer, 403"
    })
    void decliningTakesTheAuthorityThatApprovingWouldTake(String authority, int status) {
        ObjectNode intent = World.intent("Commits.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode run = world.request(world.brief(intent));

        Api.Answer answer = decline(world.person("someone", "\"view\",\"" + authority + "\""), run);

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    /** Saying no takes one person. */
    @Test
    void whoAskedForTheRunMayDeclineIt() {
        ObjectNode intent = World.intent("On second thoughts.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode run = world.request(world.brief(intent));

        decline(world.admin(), run).expect(200);
    }

    @Test
    void whatIsNotThereAndWhatIsOfOthersIsNotFound() {
        JsonNode run = world.request(brief);
        Api stranger = World.on(port).person("eve", "\"view\",\"approve_dry_run\"");

        assertThat(decline(stranger, run).expect(404).problem()).isEqualTo("not-found");
        assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @Test
    void aReasonIsNeeded() {
        JsonNode run = world.request(brief);
        for (String body : List.of("{}", "{\"reason\":\"\"}", "{\"reason\":7}", "{\"reason\":\"r\",\"by\":\"me\"}")) {
            rita.post(RunnerClient.path(run) + "/decline", body).expect(422);
        }
        assertThat(world.read(run).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @Test
    void rejectingABriefDeclinesWhatWaitsForIt() {
        JsonNode run = world.request(brief);
        JsonNode elsewhere = world.request(world.brief(World.intent("Another brief.")));

        rita.post(path(brief) + "/reject", NO).expect(200);

        JsonNode declined = world.read(run);
        assertThat(declined.path("status").asString()).isEqualTo("cancelled");
        assertThat(declined.path("declined_by").asString()).isEqualTo("rita");
        assertThat(declined.path("decline_reason").asString()).isEqualTo("Too much at once.");
        assertThat(world.read(elsewhere).path("status").asString()).isEqualTo("awaiting_approval");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{} | The brief was archived.", "{\"reason\":\"Replaced.\"} | Replaced."})
    void archivingABriefDeclinesWhatWaitsForIt(String body, String reason) {
        JsonNode approval = world.approve(brief);
        world.admin()
                .post("/api/approvals/" + approval.path("id").asString() + "/revoke", NO)
                .expect(200);
        JsonNode run = world.request(brief);
        assertThat(run.path("status").asString()).isEqualTo("awaiting_approval");

        JsonNode archived =
                rita.post(path(brief) + "/archive", body).expect(200).json();

        assertThat(archived.path("closing_reason").asString("")).isEqualTo(body.equals("{}") ? "" : reason);
        JsonNode declined = world.read(run);
        assertThat(declined.path("status").asString()).isEqualTo("cancelled");
        assertThat(declined.path("decline_reason").asString()).isEqualTo(reason);
        assertThat(audited(run, "run.declined").at("/actor/name").asString()).isEqualTo("rita");
        assertThat(world.admin()
                        .post(RunnerClient.path(run) + "/reexecutions", NO)
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
    }

    /** A run that is requested while its brief is archived is refused or declined; it never waits for what cannot come. */
    @RepeatedTest(8)
    void nothingWaitsForABriefThatIsArchivedAtTheSameMoment() {
        JsonNode approval = world.approve(brief);
        world.admin()
                .post("/api/approvals/" + approval.path("id").asString() + "/revoke", NO)
                .expect(200);
        List<Api.Answer> answers =
                Together.run(List.of(() -> world.request(brief, ""), () -> rita.post(path(brief) + "/archive", "{}")));

        answers.get(1).expect(200);
        if (answers.get(0).status() == 201) {
            assertThat(world.read(answers.get(0).json()).path("status").asString())
                    .isEqualTo("cancelled");
        } else {
            assertThat(answers.get(0).expect(409).problem()).isEqualTo("invalid-transition");
        }
    }

    @Test
    void theReportSaysThatItWasDeclined() {
        JsonNode run = world.request(brief);
        decline(rita, run).expect(200);

        assertThat(world.admin()
                        .with("Accept", "text/markdown")
                        .get(RunnerClient.path(run) + "/report")
                        .expect(200)
                        .text())
                .contains("was declined by rita");
    }

    private static Api.Answer decline(Api person, JsonNode run) {
        return person.post(RunnerClient.path(run) + "/decline", NO);
    }

    private JsonNode audited(JsonNode run, String type) {
        return world.admin()
                .get("/api/audit-events?type=" + type + "&target_id="
                        + run.path("id").asString())
                .expect(200)
                .json()
                .at("/items/0");
    }

    private static String path(JsonNode brief) {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }
}
