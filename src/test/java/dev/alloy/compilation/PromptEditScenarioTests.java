package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A human edit makes another pack, and what was approved before is approved no more. */
@AlloyTest
class PromptEditScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode brief;
    private String pack;

    @BeforeEach
    void compile() {
        world = World.on(port);
        brief = world.brief();
        pack = brief.at("/prompt_pack/id").asString();
    }

    @Test
    void anEditMakesANewPackWithItsHistory() {
        Api editor = world.person("ed", "\"view\",\"compile_briefs\"");
        Api.Answer answer =
                edit(editor, pack, "planning", "# Small steps", "Too eager.").expect(201);
        JsonNode edited = answer.json();

        assertThat(edited.path("ordinal").asInt()).isEqualTo(2);
        assertThat(edited.path("digest")).isNotEqualTo(brief.at("/prompt_pack/digest"));
        JsonNode edit = edited.path("human_edits").path(0);
        assertThat(edit.path("edited_by").asString()).isEqualTo("ed");
        assertThat(edit.path("phase").asString()).isEqualTo("planning");
        assertThat(edit.path("reason").asString()).isEqualTo("Too eager.");
        assertThat(edit.path("base_digest")).isEqualTo(brief.at("/prompt_pack/digest"));
        assertThat(edit.path("edited_at").asString()).isNotEmpty();
        assertThat(edited.path("history").findValuesAsString("id"))
                .containsExactly(pack, edited.path("id").asString());
        assertThat(world.admin()
                        .get(String.valueOf(answer.header("Location")))
                        .expect(200)
                        .json())
                .isEqualTo(edited);
        Api.Answer compiled = world.admin()
                .get("/api/prompt-packs/" + edited.path("id").asString() + "/compiled")
                .expect(200);
        assertThat(Digest.of(compiled.bytes())).isEqualTo(edited.path("digest").asString());
        assertThat(compiled.json().at("/documents/2/content").asString()).isEqualTo("# Small steps\n");
        assertThat(world.admin().get(path()).expect(200).json().at("/prompt_pack/id"))
                .isEqualTo(edited.path("id"));
        assertThat(world.admin()
                        .get("/api/prompt-packs/" + pack)
                        .expect(200)
                        .json()
                        .path("human_edits"))
                .isEmpty();
    }

    @Test
    void approvalsDoNotCarryOver() {
        JsonNode approval = world.approve(brief);
        JsonNode queued = world.request(brief);
        edit(world.admin(), pack, "execution", "Do less.", "Safer.").expect(201);

        JsonNode after = world.admin()
                .get("/api/approvals/" + approval.path("id").asString())
                .expect(200)
                .json();
        assertThat(after.path("status").asString()).isEqualTo("stale");
        assertThat(after.path("voided_because").asString()).isEqualTo("prompt_edited");
        world.firstRunner().poll().expect(204);
        assertThat(explanation(queued).at("/blockers/0/code").asString()).isEqualTo("approval-stale");
        assertThat(world.request(brief).path("status").asString()).isEqualTo("awaiting_approval");
        assertThat(world.request(brief, ",\"prompt_pack_id\":\"" + pack + "\"")
                        .expect(200)
                        .json()
                        .path("id"))
                .isEqualTo(queued.path("id"));
    }

    @Test
    void aNewApprovalOfTheOldPackLetsItsRunGoOn() {
        world.approve(brief);
        JsonNode queued = world.request(brief);
        edit(world.admin(), pack, "execution", "Do less.", "Safer.").expect(201);

        world.admin()
                .post(path() + "/approvals", """
                        {"scope":"dry_run","repo_revision":"%s","prompt_pack_id":"%s"}""".formatted(World.REVISION, pack))
                .expect(201);

        assertThat(world.firstRunner().offered(queued).path("request_id")).isEqualTo(queued.path("id"));
    }

    @Test
    void theRunOfAnEditedPackTellsFoundryTheNewWords() {
        JsonNode today = world.admin()
                .post(
                        "/api/foundry-installations",
                        world.installationBody(World.example("capability-manifest-foundry-0.13.0")))
                .expect(201)
                .json();
        RunnerClient runner = world.register(world.project(), today.path("id").asString(), 1);
        JsonNode compiled = world.admin()
                .post(
                        "/api/projects/" + world.project() + "/formation-briefs",
                        world.compileBody(World.example("source-intent"))
                                .put("installation_id", today.path("id").asString()))
                .expect(201)
                .json();
        JsonNode edited = edit(
                        world.admin(),
                        compiled.at("/prompt_pack/id").asString(),
                        "triage",
                        "Accept nothing but carts.",
                        "Focus.")
                .expect(201)
                .json();
        world.approve(compiled);
        JsonNode run = world.request(compiled);

        assertThat(run.at("/idempotency_parts/prompt_pack_digest")).isEqualTo(edited.path("digest"));
        assertThat(runner.offered(run).at("/foundry/payload/strategic_prompt").asString())
                .contains("Accept nothing but carts.", edited.path("digest").asString());
    }

    @Test
    void editsFollowOneAnother() {
        AtomicInteger number = new AtomicInteger();
        List<Api.Answer> answers = Together.times(
                4, () -> edit(world.admin(), pack, "review", "Version " + number.incrementAndGet(), "Racing."));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        String newest = world.admin()
                .get(path())
                .expect(200)
                .json()
                .at("/prompt_pack/id")
                .asString();
        assertThat(answers).filteredOn(answer -> answer.status() != 201).allSatisfy(answer -> {
            assertThat(answer.expect(409).problem()).isEqualTo("pack-superseded");
            assertThat(answer.json().path("newest_prompt_pack_id").asString()).isEqualTo(newest);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n ", "a\u202Eb", "a\u200Bb", "a\u0007b", "a\uDB40\uDC41b"})
    void wordsThatCannotBeSeenAreRefused(String content) {
        Map<String, String> before = Rows.of(world.organization());

        assertThat(edit(world.admin(), pack, "planning", content, "r")
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");
        assertThat(Rows.of(world.organization())).isEqualTo(before);
    }

    @Test
    void whatChangesNothingIsNoEdit() {
        String same = world.admin()
                .get("/api/prompt-packs/" + pack + "/compiled")
                .expect(200)
                .json()
                .at("/documents/0/content")
                .asString();

        assertThat(edit(world.admin(), pack, "assessment", same, "r")
                        .expect(422)
                        .json()
                        .at("/errors/0/code")
                        .asString())
                .isEqualTo("unchanged");
        assertThat(edit(world.admin(), pack, "sleeping", "x", "r")
                        .expect(422)
                        .json()
                        .at("/errors/0/pointer")
                        .asString())
                .isEqualTo("/phase");
    }

    @Test
    void promptsOfABriefOutOfUseAreNotEdited() {
        world.admin().post(path() + "/reject", "{\"reason\":\"No.\"}").expect(200);

        assertThat(edit(world.admin(), pack, "review", "x", "r").expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00A0", "\u3000\u2003", "\u2800", "\u200C\u200D\uFE0F"})
    void wordsThatShowNothingAreRefused(String content) {
        assertThat(edit(world.admin(), pack, "review", content, "r").expect(422).problem())
                .isEqualTo("invalid-body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202Eevil", "\u200B", "a\u2066b"})
    void aReasonThatShowsSomethingElseIsRefused(String reason) {
        assertThat(edit(world.admin(), pack, "review", "Other.", reason)
                        .expect(422)
                        .json()
                        .at("/errors/0/pointer")
                        .asString())
                .isEqualTo("/reason");
    }

    @Test
    void nobodyApprovesWordsOrOverlaysThatHeHasNotRead() {
        String approval = "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}";
        String first = String.valueOf(world.admin().get(path()).header("ETag"));
        edit(world.admin(), pack, "review", "Other words.", "r").expect(201);
        world.admin().with("If-None-Match", first).get(path()).expect(200);
        assertThat(world.admin()
                        .with("If-Match", first)
                        .post(path() + "/approvals", approval)
                        .expect(412)
                        .problem())
                .isEqualTo("precondition-failed");

        String second = String.valueOf(world.admin().get(path()).header("ETag"));
        String overlay = brief.at("/gate_overlays/0/id").asString();
        world.admin()
                .post("/api/gate-overlays/" + overlay + "/reject", "{\"reason\":\"No.\"}")
                .expect(200);
        assertThat(String.valueOf(world.admin().get(path()).header("ETag"))).isNotEqualTo(second);
    }

    @Test
    void anOfferIsNotMadeAgainOnceItsApprovalEnded() {
        world.approve(brief);
        JsonNode run = world.request(brief);
        world.firstRunner().offered(run);

        edit(world.admin(), pack, "review", "Other words.", "r").expect(201);

        world.firstRunner().poll().expect(204);
        assertThat(explanation(run).path("blockers").findValuesAsString("code")).containsExactly("approval-stale");
    }

    @Test
    void aRunnerReadsThePackOfItsRunAndNoOther() {
        world.approve(brief);
        world.firstRunner().offered(world.request(brief));
        String other = edit(world.admin(), pack, "review", "Unapproved words.", "r")
                .expect(201)
                .json()
                .path("id")
                .asString();

        world.runnerApi().get("/api/prompt-packs/" + pack + "/compiled").expect(200);
        world.runnerApi().get("/api/prompt-packs/" + other + "/compiled").expect(404);
        world.runnerApi().get(path() + "/bundle?prompt_pack_id=" + other).expect(404);
        assertThat(world.runnerApi().get(path() + "/bundle").expect(200).bytes())
                .isEqualTo(world.admin()
                        .get(path() + "/bundle?prompt_pack_id=" + pack)
                        .expect(200)
                        .bytes());
    }

    private JsonNode explanation(JsonNode run) {
        return world.admin()
                .get(RunnerClient.path(run) + "/dispatch-explanation")
                .expect(200)
                .json();
    }

    private String path() {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }

    private static Api.Answer edit(Api api, String pack, String phase, String content, String reason) {
        return api.post(
                "/api/prompt-packs/" + pack + "/edits",
                JsonMapper.shared()
                        .createObjectNode()
                        .put("phase", phase)
                        .put("content", content)
                        .put("reason", reason));
    }
}
