package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A reviewer finds what waits for them, and what became of what was approved. */
@AlloyTest
class ReviewScenarioTests {

    @LocalServerPort
    private int port;

    private World world;
    private Api reader;

    @BeforeEach
    void make() {
        world = World.on(port);
        reader = world.person("rita", "\"view\"");
    }

    @Test
    void showsTheRunsThatWaitAndWhy() {
        JsonNode brief = world.brief();
        JsonNode run = world.request(brief);

        JsonNode item = only(list(world.person("dora", "\"view\",\"approve_dry_run\""), "status=pending"));

        assertThat(item.path("status").asString()).isEqualTo("pending");
        assertThat(item.path("id").isNull()).isTrue();
        assertThat(item.path("run_request_id")).isEqualTo(run.path("id"));
        assertThat(item.path("brief_digest")).isEqualTo(brief.path("digest"));
        assertThat(item.path("prompt_pack_digest")).isEqualTo(brief.at("/prompt_pack/digest"));
        assertThat(item.path("scope").asString()).isEqualTo("dry_run");
        assertThat(item.path("repo_revision").asString()).isEqualTo(World.REVISION);
        assertThat(item.path("requested_by")).isEqualTo(run.path("requested_by"));
        assertThat(item.path("requested_at")).isEqualTo(run.path("requested_at"));
        assertThat(item.path("reasons").findValuesAsString("code")).containsExactly("awaiting-approval");
        assertThat(item.path("approvable_by_you").asBoolean()).isTrue();
        assertThat(item.path("not_by_you_because").isNull()).isTrue();
    }

    /** A reviewer reads what they decide about, and needs no other call for it. */
    @Test
    void saysInWordsWhatIsToBeDecided() {
        world.request(world.brief());

        JsonNode item = only(list(world.person("dora", "\"view\",\"approve_dry_run\""), "status=pending"));

        assertThat(item.at("/subject/objective").asString())
                .isEqualTo("Let a customer pay for a checkout with a card.");
        assertThat(item.at("/subject/may_be_harmed").valueStream().map(JsonNode::asString))
                .contains("Checkout rules can be tested without a user interface or a network.");
        assertThat(item.at("/subject/gates").findValuesAsString("command"))
                .contains("./gradlew test", "./scripts/check-vendor-imports.sh");
        assertThat(item.at("/subject/since_last_approval").isNull())
                .as("nothing was approved before")
                .isTrue();
        assertThat(item.path("summary").asString())
                .contains("asks to run iteration_requested at dry_run")
                .contains("alloy/checkout-payment")
                .contains(World.REVISION)
                .contains("changes nothing")
                .contains("scope dry_run");
        assertThat(item.path("decision").asString()).startsWith("You may approve or decline it");
        assertThat(only(list(reader, "status=pending")).path("decision").asString())
                .contains("neither approve nor decline")
                .contains("approve_dry_run");
    }

    @Test
    void saysWhatIsNewSinceTheLastApproval() {
        world.approve(world.brief());
        ObjectNode intent = World.intent("Pay by invoice.");
        ((ObjectNode) intent.at("/gates/0")).put("command", "./gradlew check");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("revision", "def456");
        JsonNode brief = world.briefByAuthor(body);
        world.request(brief);

        JsonNode news = only(list(reader, "status=pending")).at("/subject/since_last_approval");

        assertThat(news.path("changes").findValuesAsString("about"))
                .contains("intent", "gates", "revision", "throttle", "prompts");
        assertThat(news.path("changes").findValuesAsString("sentence"))
                .contains("repo “revision” changed from “abc123” to “def456”.")
                .contains("foundry.throttle changed from “dry_run” to “full”.");
        assertThat(news.path("total").asInt()).isGreaterThan(4);
    }

    /** Nobody can approve without a gate that a run needs: the inbox, the explanation and the call say the same. */
    @Test
    void whatCannotBeApprovedIsNotOffered() {
        JsonNode brief = world.brief();
        JsonNode run = world.request(brief);
        Api dora = world.person("dora", "\"view\",\"approve_dry_run\"");
        String required = brief.path("gate_overlays")
                .valueStream()
                .filter(overlay -> !overlay.path("mode").asString().equals("advisory"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        dora.post("/api/gate-overlays/" + required + "/reject", "{\"reason\":\"Proves nothing.\"}")
                .expect(200);

        JsonNode item = only(list(dora, "status=pending"));

        assertThat(item.path("approvable_by_you").asBoolean()).isFalse();
        assertThat(item.path("not_by_you_because").asString()).isEqualTo("brief-not-approvable");
        assertThat(item.path("decision").asString())
                .startsWith("You may decline it; it cannot be approved.")
                .contains("rejected by dora: Proves nothing.");
        assertThat(item.path("reasons").findValuesAsString("code")).containsExactly("brief-not-approvable");
        assertThat(notBecause(reader)).isEqualTo("authority-missing");
        JsonNode blocker = dora.get("/api/run-requests/" + run.path("id").asString() + "/dispatch-explanation")
                .expect(200)
                .json()
                .at("/blockers/0");
        assertThat(blocker).isEqualTo(item.at("/reasons/0"));
        Api.Answer refused = dora.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}")
                .expect(409);
        assertThat(refused.problem()).isEqualTo("brief-not-approvable");
        assertThat(blocker.path("detail").asString())
                .endsWith(refused.json().path("detail").asString());
    }

    /** A revision that is too short to be approved as it stands is said before somebody tries. */
    @Test
    void aShortRevisionAboveDryRunIsSaid() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        world.request(world.brief(intent));
        Api carl = world.person("carl", "\"view\",\"approve_commit_push\"");

        JsonNode item = only(list(carl, "status=pending"));

        assertThat(item.path("decision").asString())
                .startsWith("You may approve")
                .contains("all 40 or 64 digits of the commit that begins with " + World.REVISION);
        carl.post(
                        "/api/formation-briefs/"
                                + item.path("formation_brief_id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + World.REVISION + "0".repeat(34) + "\"}")
                .expect(201);
    }

    /** Many changes of one area hide none of the others, and what weakens a gate comes first. */
    @Test
    void everyAreaThatChangedIsShown() {
        world.approve(world.brief());
        ObjectNode intent = World.intent("Pay by invoice.");
        for (int i = 0; i < 60; i++) {
            intent.withArray("forbidden_moves").add("Do not do " + i);
        }
        ((ObjectNode) intent.at("/gates/0")).put("required", false).put("mode", "advisory");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        ObjectNode body = world.compileBody(intent);
        ((ObjectNode) body.path("repo")).put("revision", "def456");
        world.request(world.briefByAuthor(body));

        JsonNode news = only(list(reader, "status=pending")).at("/subject/since_last_approval");

        assertThat(news.path("changes")).hasSize(20);
        assertThat(news.path("changes").findValuesAsString("about"))
                .contains("intent", "gates", "revision", "throttle", "prompts");
        assertThat(news.at("/changes/0/weakens").asBoolean()).isTrue();
        assertThat(news.at("/counts/intent").asInt()).isGreaterThanOrEqualTo(61);
        assertThat(news.path("total").asInt())
                .isEqualTo(news.path("counts")
                        .valueStream()
                        .mapToInt(JsonNode::asInt)
                        .sum());
    }

    @Test
    void longTextsAreCut() {
        ObjectNode intent = World.intent("x".repeat(4_000));
        for (int i = 0; i < 40; i++) {
            intent.withArray("protected_capabilities")
                    .addObject()
                    .put("id", "alloy.capability.c" + i)
                    .put("statement", "y".repeat(2_000))
                    .put("severity", "high");
        }
        for (int i = 0; i < 30; i++) {
            intent.withArray("gates")
                    .addObject()
                    .put("name", "a-check-" + i)
                    .put("command", "./check " + i)
                    .put("required", false)
                    .put("timeout_secs", 60)
                    .put("phase", "verify")
                    .put("mode", "advisory");
        }
        world.request(world.brief(intent));

        JsonNode item = only(list(reader, "status=pending"));

        assertThat(item.at("/subject/objective").asString()).hasSize(501).endsWith("…");
        assertThat(item.at("/subject/may_be_harmed")).hasSize(20);
        assertThat(item.at("/subject/may_be_harmed_total").asInt()).isEqualTo(42);
        assertThat(item.at("/subject/gates")).hasSize(20);
        assertThat(item.at("/subject/gates_total").asInt()).isEqualTo(33);
        assertThat(item.at("/subject/gates/0/required").asBoolean()).isTrue();
        assertThat(item.toString().length()).isLessThan(30_000);
    }

    @Test
    void whatIsApprovedWaitsNoMore() {
        JsonNode brief = world.brief();
        world.request(brief);
        JsonNode approval = world.approve(brief);

        assertThat(list(reader, "status=pending")).isEmpty();
        JsonNode item = only(list(reader, "status=active"));
        assertThat(item.path("id")).isEqualTo(approval.path("id"));
        assertThat(item.path("approved_by")).isEqualTo(approval.path("approved_by"));
        assertThat(item.path("expires_at")).isEqualTo(approval.path("expires_at"));
        assertThat(item.path("approvable_by_you").isNull()).isTrue();
    }

    @Test
    void tellsWhoCannotApproveWhy() {
        ObjectNode intent = World.example("source-intent");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode brief = world.brief(intent);
        Api ann = world.person("ann", "\"view\",\"compile_briefs\",\"approve_commit_push\"");
        World.requestAs(ann, brief, "").expect(201);

        assertThat(notBecause(ann)).isEqualTo("four-eyes");
        assertThat(only(list(ann, "status=pending")).path("decision").asString())
                .contains("decline it but not approve");
        assertThat(notBecause(world.person("dora", "\"view\",\"approve_mutation\"")))
                .isEqualTo("authority-missing");
        assertThat(notBecause(world.person("carl", "\"view\",\"approve_commit_push\"")))
                .isEmpty();
    }

    @Test
    void everyApprovalIsFoundUnderItsOwnStatus() {
        JsonNode brief = world.brief();
        JsonNode revoked = world.approve(brief);
        world.admin()
                .post("/api/approvals/" + revoked.path("id").asString() + "/revoke", "{\"reason\":\"r\"}")
                .expect(200);
        JsonNode stale = world.approve(brief);
        world.admin()
                .post("/api/formation-briefs/" + brief.path("id").asString() + "/archive", "{}")
                .expect(200);
        JsonNode active = world.approve(world.brief(World.intent("Another.")));

        assertThat(only(list(reader, "status=revoked")).path("id")).isEqualTo(revoked.path("id"));
        assertThat(only(list(reader, "status=stale")).path("id")).isEqualTo(stale.path("id"));
        assertThat(only(list(reader, "status=active")).path("id")).isEqualTo(active.path("id"));
        assertThat(list(reader, "status=expired")).isEmpty();
        assertThat(list(reader, "status=bound")).isEmpty();
        assertThat(list(reader, "limit=10")).hasSize(3);
        assertThat(list(
                        reader,
                        "formation_brief_id="
                                + active.path("formation_brief_id").asString()))
                .hasSize(1);
        assertThat(list(reader, "project_id=" + world.project())).hasSize(3);
        assertThat(list(reader, "project_id=no-such-project")).isEmpty();
    }

    @Test
    void pagesThroughWhatWaits() {
        JsonNode brief = world.brief();
        world.request(brief);
        World.requestAs(world.person("ann", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201);

        JsonNode first =
                reader.get("/api/approvals?status=pending&limit=1").expect(200).json();
        JsonNode second = reader.get("/api/approvals?status=pending&limit=1&cursor="
                        + first.path("next_cursor").asString())
                .expect(200)
                .json();

        assertThat(first.at("/items/0/requested_by").asString()).isEqualTo("ann");
        assertThat(second.path("items")).hasSize(1);
        assertThat(second.path("next_cursor").isNull()).isTrue();
        reader.get("/api/approvals?status=active&cursor="
                        + first.path("next_cursor").asString())
                .expect(400);
    }

    @Test
    void showsNothingBeyondTheReadersReach() {
        world.request(world.brief());
        world.approve(world.brief(World.intent("Approved.")));
        Api stranger = World.on(port).person("eve", "\"view\"");
        String elsewhere = world.token("frank", "\"view\"", ",\"project_ids\":[\"" + world.anotherProject() + "\"]")
                .path("token")
                .asString();

        for (Api other : List.of(stranger, world.admin().as(elsewhere))) {
            assertThat(list(other, "status=pending")).isEmpty();
            assertThat(list(other, "limit=200")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"approved", "PENDING", "", "0", "pending,active"})
    void refusesAStatusThatThereIsNot(String status) {
        assertThat(world.admin()
                        .get("/api/approvals?status=" + status)
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-parameter");
    }

    private static String notBecause(Api person) {
        return only(list(person, "status=pending")).path("not_by_you_because").asString("");
    }

    private static List<JsonNode> list(Api person, String query) {
        return person.get("/api/approvals?" + query)
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    private static JsonNode only(List<JsonNode> items) {
        assertThat(items).hasSize(1);
        return items.get(0);
    }
}
