package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Decline, approve, cancel and archive at the same moment, on two replicas, end in one of their orders. */
class DecisionRaceScenarioTests {

    private static final String WHY = "{\"reason\":\"Because.\"}";

    @Test
    void aRunThatWaitsIsDecidedOnce() {
        try (Replicas replicas = Replicas.start(2)) {
            decide(replicas, World.on(replicas.port(0)));
        }
    }

    /** However they fall, the run ends as one of those who answered 200 said, and its history has one end. */
    private static void decide(Replicas replicas, World world) {
        for (int i = 0; i < 12; i++) {
            JsonNode brief = world.brief(World.intent("Decided at once " + i));
            // Archiving takes a brief that was approved; the approval is gone before the run comes.
            JsonNode first = world.approve(brief);
            world.admin()
                    .post("/api/approvals/" + first.path("id").asString() + "/revoke", WHY)
                    .expect(200);
            JsonNode run = world.request(brief);
            String path = RunnerClient.path(run);
            String briefPath = "/api/formation-briefs/" + brief.path("id").asString();
            Api here = world.admin();
            Api there = world.admin().at(Api.on(replicas.port(1)));
            String approval = "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}";
            List<Api.Answer> answers = Together.run(List.of(
                    () -> here.post(path + "/decline", WHY),
                    () -> there.post(briefPath + "/approvals", approval),
                    () -> there.post(path + "/cancel", WHY),
                    () -> here.post(briefPath + "/archive", "{\"reason\":\"Over.\"}"),
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
        }
    }
}
