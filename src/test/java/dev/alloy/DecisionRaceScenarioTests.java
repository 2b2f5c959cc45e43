package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Decline, approve, cancel and archive at the same moment, on two replicas, end in one of their orders. */
class DecisionRaceScenarioTests {

    private static final String WHY = "{\"reason\":\"Because.\"}";
    private static final String WHOLE = World.REVISION + "0".repeat(34);

    @Test
    void whatIsDecidedAtOnceIsDecidedOnce() {
        Replicas replicas = Replicas.pair();
        World world = World.on(replicas.port(0));
        for (int i = 0; i < 12; i++) {
            JsonNode brief = world.brief(World.intent("Decided at once " + i));
            // Archiving takes a brief that was approved; the approval is gone before the run comes.
            JsonNode first = world.approve(brief);
            world.admin()
                    .post("/api/approvals/" + first.path("id").asString() + "/revoke", WHY)
                    .expect(200);
            decide(replicas, world, brief, "dry_run", World.REVISION);
        }
        for (String[] what :
                new String[][] {{"iteration_requested", "commit_push"}, {"release_requested", "release"}}) {
            for (int i = 0; i < 8; i++) {
                // Archiving takes a brief that was approved; what was approved is too narrow for the run, or bound.
                JsonNode brief = briefAboveDryRun(world, what[0], "Above dry_run " + what[1] + i);
                approveAndUse(world, brief, what[1]);
                decide(replicas, world, brief, what[1], WHOLE);
            }
        }
        equalApprovalsAreOne(replicas, world);
    }

    private static JsonNode briefAboveDryRun(World world, String event, String objective) {
        ObjectNode intent = World.intent(objective);
        ObjectNode foundry = (ObjectNode) intent.path("foundry");
        foundry.put("throttle", "full").put("entry_event", event);
        ObjectNode manifest = World.example("capability-manifest");
        if (event.equals("release_requested")) {
            foundry.putObject("payload").put("bump", "patch");
            manifest.withArray("supported_entry_events").add(event);
        }
        ObjectNode body = world.compileBody(intent);
        body.put(
                "installation_id",
                world.admin()
                        .post("/api/foundry-installations", world.installationBody(manifest))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString());
        ((ObjectNode) body.path("repo")).put("revision", WHOLE);
        return world.briefByAuthor(body);
    }

    /** Approves the brief, for a run that has it: so the brief may be archived, and nothing fits the run that comes. */
    private static void approveAndUse(World world, JsonNode brief, String scope) {
        World.requestAs(world.person("early", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201);
        JsonNode approval = world.admin()
                .post(path(brief) + "/approvals", approval(scope, WHOLE))
                .expect(201)
                .json();
        assertThat(approval.path("status").asString()).isEqualTo("bound");
    }

    /** However they fall, the run ends as one of those who answered 200 said, and its history has one end. */
    private static void decide(Replicas replicas, World world, JsonNode brief, String scope, String revision) {
        JsonNode run = World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json();
        assertThat(run.path("status").asString()).isEqualTo("awaiting_approval");
        String path = RunnerClient.path(run);
        Api here = world.admin();
        Api there = world.admin().at(Api.on(replicas.port(1)));
        List<Api.Answer> answers = Together.run(List.of(
                () -> here.post(path + "/decline", WHY),
                () -> there.post(path(brief) + "/approvals", approval(scope, revision)),
                () -> there.post(path + "/cancel", WHY),
                () -> here.post(path(brief) + "/archive", "{\"reason\":\"Over.\"}"),
                () -> there.post(path + "/decline", WHY)));

        assertThat(answers).extracting(Api.Answer::status).isSubsetOf(200, 201, 409);
        assertThat(answers.get(3).status()).isEqualTo(200);
        boolean approved = answers.get(1).status() == 201;
        boolean cancelled = answers.get(2).status() == 200;
        long declines = Stream.of(answers.get(0), answers.get(4))
                .filter(answer -> answer.status() == 200)
                .count();
        JsonNode end = world.read(run);
        List<String> history = world.admin()
                .get(path + "/events")
                .expect(200)
                .json()
                .path("items")
                .findValuesAsString("type");
        assertThat(declines).isLessThanOrEqualTo(1);
        assertThat(history.stream()
                        .filter(type -> Set.of("declined", "cancelled").contains(type)))
                .as(history + " " + answers.stream().map(Api.Answer::status).toList())
                .hasSizeLessThanOrEqualTo(1);
        if (end.path("status").asString().equals("queued")) {
            assertThat(approved).isTrue();
            assertThat(cancelled).isFalse();
            assertThat(declines).isZero();
        } else {
            assertThat(end.path("status").asString()).isEqualTo("cancelled");
            // Nobody who said no: the archive did.
            assertThat(end.path("declined_by").isNull()).isEqualTo(cancelled);
            assertThat(history).contains(cancelled ? "cancelled" : "declined");
        }
        if (approved && !scope.equals("dry_run")) {
            boundToTheRunOrFree(world, answers.get(1).json(), run);
        }
    }

    /** What is for one run is not left with one that ended without it. */
    private static void boundToTheRunOrFree(World world, JsonNode approval, JsonNode run) {
        JsonNode bound = world.admin()
                .get("/api/approvals/" + approval.path("id").asString())
                .expect(200)
                .json()
                .path("bound_run_request_id");
        if (world.read(run).path("status").asString().equals("queued")) {
            assertThat(bound).isEqualTo(run.path("id"));
        } else {
            assertThat(bound.isNull()).isTrue();
        }
    }

    /** Whoever clicks twice, at two replicas: one approval, one row in the audit log, and the waiting run is queued once. */
    private static void equalApprovalsAreOne(Replicas replicas, World world) {
        for (int i = 0; i < 6; i++) {
            boolean above = i % 2 == 0;
            JsonNode brief = above
                    ? briefAboveDryRun(world, "iteration_requested", "Approved at once " + i)
                    : world.brief(World.intent("Approved at once " + i));
            // Unbound, so that every other one is a repetition.
            String body = above ? approval("commit_push", WHOLE) : approval("dry_run", World.REVISION);
            JsonNode run = above
                    ? null
                    : World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                            .expect(201)
                            .json();
            List<Callable<Api.Answer>> calls = new ArrayList<>();
            for (int call = 0; call < 8; call++) {
                Api replica = world.admin().at(Api.on(replicas.port(call % 2)));
                calls.add(() -> replica.post(path(brief) + "/approvals", body));
            }

            List<Api.Answer> answers = Together.run(calls);

            assertThat(answers).extracting(Api.Answer::status).containsOnly(200, 201);
            assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
            assertThat(answers).filteredOn(answer -> answer.status() == 200).allMatch(answer -> "true"
                    .equals(answer.header("Idempotent-Replayed")));
            assertThat(answers)
                    .extracting(answer -> answer.json().path("id").asString())
                    .containsOnly(answers.get(0).json().path("id").asString());
            assertThat(world.admin()
                            .get("/api/audit-events?type=approval.given&target_id="
                                    + answers.get(0).json().path("id").asString())
                            .expect(200)
                            .json()
                            .path("items"))
                    .hasSize(1);
            assertThat(world.admin()
                            .get(path(brief) + "/approvals")
                            .expect(200)
                            .json()
                            .path("items"))
                    .hasSize(1);
            if (run != null) {
                assertThat(world.admin()
                                .get(RunnerClient.path(run) + "/events")
                                .expect(200)
                                .json()
                                .path("items")
                                .findValuesAsString("type"))
                        .containsOnlyOnce("queued");
            }
        }
    }

    private static String approval(String scope, String revision) {
        return "{\"scope\":\"" + scope + "\",\"repo_revision\":\"" + revision + "\"}";
    }

    private static String path(JsonNode brief) {
        return "/api/formation-briefs/" + brief.path("id").asString();
    }
}
