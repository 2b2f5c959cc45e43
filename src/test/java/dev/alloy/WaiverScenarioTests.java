package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** That a person answers for evidence which speaks against a run. */
@AlloyTest
class WaiverScenarioTests {

    private static final String FAILING = "vendor-imports-isolated";
    private static final String PASSING = "rules-tested-without-ui";

    @LocalServerPort
    private int port;

    private static JsonNode item(World world, JsonNode run, String key) {
        return world.admin()
                .get(RunnerClient.path(run) + "/evidence")
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode completed(World world) {
        World.Started started = world.startedRun();
        started.complete();
        return started.run();
    }

    private static String waivers(JsonNode item) {
        return "/api/evidence-definitions/"
                + item.path("evidence_definition_id").asString() + "/waivers";
    }

    private static String body(Duration review, Duration end) {
        Instant now = Instant.now();
        return "{\"reason\":\"Reviewed by hand.\",\"review_date\":\"%s\",\"expires_at\":\"%s\"}"
                .formatted(now.plus(review).atOffset(ZoneOffset.UTC).toLocalDate(), now.plus(end));
    }

    @Test
    void standsInForWhatIsMissingUntilItEnds() {
        try (Replicas replicas = Replicas.start(1)) {
            World world = World.on(replicas.port(0));
            JsonNode run = completed(world);
            JsonNode before = item(world, run, FAILING);
            assertThat(before.path("status").asString()).isEqualTo("failing");
            Api ann = world.person("ann", "\"view\",\"waive_evidence\"");

            JsonNode waiver = ann.post(waivers(before), body(Duration.ofHours(1), Duration.ofHours(2)))
                    .expect(201)
                    .json();

            JsonNode waived = item(world, run, FAILING);
            assertThat(waived.path("status").asString()).isEqualTo("waived");
            assertThat(waived.path("because").asString()).contains("Waived by ann", "failing");
            assertThat(waived.path("observations")).isEqualTo(before.path("observations"));
            assertThat(waived.at("/waiver/id")).isEqualTo(waiver.path("id"));
            JsonNode answer = world.admin()
                    .get(RunnerClient.path(run) + "/evidence")
                    .expect(200)
                    .json();
            assertThat(answer.at("/totals/waived").asInt()).isEqualTo(1);
            assertThat(world.admin()
                            .get(RunnerClient.path(run) + "/audit")
                            .expect(200)
                            .json()
                            .at("/answers/evidence_missing/value")
                            .findValuesAsString("key"))
                    .doesNotContain(FAILING);

            replicas.advance(3 * 3600);
            assertThat(item(world, run, FAILING).path("status").asString()).isEqualTo("failing");
            assertThat(ann.get(waivers(before)).expect(200).json().at("/items/0/id"))
                    .as("kept when it has ended")
                    .isEqualTo(waiver.path("id"));
        }
    }

    @Test
    void changesNothingAboutWhatHolds() {
        World world = World.on(port);
        JsonNode run = completed(world);

        world.admin()
                .post(waivers(item(world, run, PASSING)), body(Duration.ofDays(1), Duration.ofDays(2)))
                .expect(201);

        assertThat(item(world, run, PASSING).path("status").asString()).isEqualTo("passing");
    }

    @ParameterizedTest
    @CsvSource({"-1, 5, /review_date", "5, -1, /expires_at", "5, 400, /expires_at"})
    void hasAnEndThatIsNotFarOff(int review, int end, String pointer) {
        World world = World.on(port);
        String path = waivers(item(world, completed(world), FAILING));

        Api.Answer refused = world.admin().post(path, body(Duration.ofDays(review), Duration.ofDays(end)));

        assertThat(refused.expect(422).json().at("/errors/0/pointer").asString())
                .isEqualTo(pointer);
        assertThat(world.admin().get(path).expect(200).json().path("items")).isEmpty();
    }

    @Test
    void endsWithTheDayOfItsReviewUnlessItSaysWhen() {
        World world = World.on(port);
        String path = waivers(item(world, completed(world), FAILING));
        LocalDate day = LocalDate.now(ZoneOffset.UTC).plusDays(3);

        JsonNode waiver = world.admin()
                .post(path, "{\"reason\":\"Reviewed by hand.\",\"review_date\":\"" + day + "\"}")
                .expect(201)
                .json();

        assertThat(waiver.path("review_date").asString()).isEqualTo(day.toString());
        assertThat(waiver.path("expires_at").asString()).isEqualTo(day.plusDays(1) + "T00:00:00Z");
        assertThat(world.admin()
                        .post(path, "{\"reason\":\"Reviewed by hand.\",\"review_date\":\"2026-02-30\"}")
                        .expect(422)
                        .json()
                        .at("/errors/0/pointer")
                        .asString())
                .isEqualTo("/review_date");
    }

    @Test
    void isForThoseWhoMay() {
        World world = World.on(port);
        String path = waivers(item(world, completed(world), FAILING));
        String body = body(Duration.ofDays(1), Duration.ofDays(2));

        assertThat(world.person("ben", "\"view\",\"compile_briefs\"")
                        .post(path, body)
                        .expect(403)
                        .problem())
                .isEqualTo("authority-missing");
        assertThat(World.on(port)
                        .person("cas", "\"view\",\"waive_evidence\"")
                        .post(path, body)
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }
}
