package dev.alloy.restore;

import static dev.alloy.testing.RunnerClient.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A database that was put back to an earlier moment offers nothing that may have started since. */
class RestoredScenarioTests {

    private static final String WHY = "{\"reason\":\"It never started.\"}";

    @TempDir
    private Path home;

    private Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("alloy.data-dir", home.toString());
        settings.put("alloy.audit.seal-interval", "20ms");
        settings.put("management.server.port", "0");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static ObjectNode mutating(String objective) {
        ObjectNode intent = World.mutatingIntent();
        ((ObjectNode) intent.path("mission")).put("objective", objective);
        return intent;
    }

    /** A mutating run that is queued, on a branch of its own. */
    private static JsonNode queued(World world, String name) {
        ObjectNode body = world.compileBody(mutating(name));
        ((ObjectNode) body.path("repo")).put("branch", "alloy/" + name);
        JsonNode brief = world.admin()
                .post("/api/projects/" + world.project() + "/formation-briefs", body)
                .expect(201)
                .json();
        world.approve(brief);
        return world.request(brief);
    }

    private static RunnerClient trusted(World world) {
        RunnerClient runner = world.anotherRunner(1);
        world.change(runner, "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        return runner;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not come about in time.");
            }
            Thread.onSpinWait();
        }
    }

    private static void awaitSealed(World world) {
        await(() -> world.admin().get("/api/audit-verification").json().path("chains").valueStream()
                .filter(chain -> chain.path("organization_id").asString("").equals(world.organization()))
                .anyMatch(chain -> chain.path("batches").asInt() > 0
                        && !chain.path("unsealed").booleanValue()
                        && chain.path("kept").equals(chain.path("batches"))));
    }

    /** What a runner and its run are when the backup is made, and what became of them. */
    private record Story(
            World world,
            RunnerClient first,
            JsonNode waiting,
            JsonNode offered,
            JsonNode accepted,
            JsonNode executing,
            JsonNode unapproved,
            JsonNode ended) {

        static Story until(int port) {
            World world = World.on(port);
            JsonNode executing = queued(world, "executing");
            trusted(world).start(executing);
            JsonNode accepted = queued(world, "accepted");
            trusted(world).accept(accepted);
            JsonNode offered = queued(world, "offered");
            trusted(world).offered(offered);
            JsonNode waiting = queued(world, "waiting");
            RunnerClient first = trusted(world);
            JsonNode ended = world.queuedRun(World.intent("ended"));
            RunnerClient last = world.anotherRunner(1);
            last.start(ended).post("completed", World.result(ended)).expect(200);
            JsonNode unapproved = world.request(world.brief(World.intent("unapproved")));
            return new Story(world, first, waiting, offered, accepted, executing, unapproved, ended);
        }

        RunnerClient runnerOn(int port) {
            return new RunnerClient(first.id(), first.api().at(Api.on(port)));
        }
    }

    private static String statusOf(Api admin, JsonNode run) {
        JsonNode read = admin.get(path(run)).expect(200).json();
        JsonNode reason = read.path("parked_reason");
        return read.path("status").asString() + (reason.isNull() ? "" : " " + reason.asString());
    }

    @Test
    void nothingThatMayHaveStartedIsOfferedByADatabaseThatWasPutBack() throws IOException {
        try (Replicas before = Replicas.over(TestDatabase.create(), settings())) {
            Story story = Story.until(before.port(0));
            var backup = before.copy();
            await(() -> Api.on(before.port(0)).get("/actuator/health/readiness").status() == 200
                    && story.world().admin().get("/api/projects").status() == 200);
            // What the backup does not know.
            story.first().start(story.waiting());
            awaitSealed(story.world());
            before.stop();

            try (Replicas after = Replicas.over(backup, settings())) {
                int port = after.port(0);
                Api admin = Api.on(port);

                assertThat(statusOf(admin, story.waiting())).isEqualTo("queued restored");
                assertThat(statusOf(admin, story.offered())).isEqualTo("queued restored");
                assertThat(statusOf(admin, story.accepted())).isEqualTo("queued restored");
                assertThat(statusOf(admin, story.unapproved())).isEqualTo("awaiting_approval restored");
                assertThat(statusOf(admin, story.executing())).isEqualTo("lost");
                assertThat(statusOf(admin, story.ended())).isEqualTo("completed_with_findings");
                story.runnerOn(port).poll().expect(204);
                saysSo(after, admin, story);
                isRequeuedByWhoMayApproveMutations(admin, story, port);
            }
        }
    }

    private static void saysSo(Replicas after, Api admin, Story story) {
        JsonNode explained = admin.get(path(story.waiting()) + "/dispatch-explanation")
                .expect(200)
                .json();
        assertThat(explained.at("/blockers/0/code").asString()).isEqualTo("restored");
        assertThat(explained.at("/blockers/0/remedy").asString()).contains("approve_mutation");
        assertThat(explained.path("summary").asString()).contains("put back to an earlier moment");
        assertThat(admin.get(path(story.unapproved()) + "/dispatch-explanation")
                        .expect(200)
                        .json()
                        .path("blockers")
                        .findValuesAsString("code"))
                .containsExactly("awaiting-approval", "restored");
        assertThat(admin.get("/api/run-requests?parked_reason=restored&limit=50&project_id="
                                + story.world().project())
                        .expect(200)
                        .json()
                        .path("items")
                        .findValuesAsString("id"))
                .contains(
                        story.waiting().path("id").asString(),
                        story.unapproved().path("id").asString())
                .doesNotContain(story.executing().path("id").asString());
        JsonNode event = admin.get("/api/audit-events?type=database.restored&target_id="
                        + story.world().organization())
                .expect(200)
                .json()
                .at("/items/0/detail");
        assertThat(event.path("parked").asInt()).isEqualTo(4);
        assertThat(event.path("lost").asInt()).isEqualTo(1);
        assertThat(event.path("because").toString()).contains("another copy", "kept is batch");
        Api management = Api.on(Integer.parseInt(after.property(0, "local.management.port")))
                .as(null);
        JsonNode health = management.get("/actuator/health").expect(200).json().at("/components/restored");
        assertThat(health.path("status").asString()).isEqualTo("UP");
        assertThat(health.at("/details/runs_parked").asInt()).isEqualTo(4);
        assertThat(Api.on(after.port(0)).as(null).get("/actuator/health").text()).isEqualTo("{\"status\":\"UP\"}");
        JsonNode verification = admin.get("/api/audit-verification").expect(200).json();
        assertThat(verification.path("valid").booleanValue()).isFalse();
        assertThat(verification.at("/first_broken/because").asString()).contains("The log ends with batch");
    }

    private static void isRequeuedByWhoMayApproveMutations(Api admin, Story story, int port) {
        String requeue = path(story.offered()) + "/requeue";
        String organization = story.world().organization();
        person(admin, organization, "\"view\",\"manage_runners\"").post(requeue, WHY).expect(403);
        person(admin, organization, "\"view\",\"approve_mutation\"")
                .post(requeue, WHY)
                .expect(200);
        story.runnerOn(port).offered(story.offered());
    }

    private static Api person(Api admin, String organization, String authorities) {
        return admin.as(admin.post(
                        "/api/access-tokens",
                        "{\"organization_id\":\"%s\",\"name\":\"p-%d\",\"authorities\":[%s]}"
                                .formatted(organization, System.nanoTime(), authorities))
                .expect(201)
                .json()
                .path("token")
                .asString());
    }

    @Test
    void theDatabaseItselfOffersNothingOnAnotherServerUntilItWasJudged() {
        try (Replicas replicas = Replicas.start(1)) {
            World world = World.on(replicas.port(0));
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            JdbcClient database = replicas.database();
            watch.stop();
            JsonNode run = world.queuedRun();

            // As if a standby had taken over since.
            database.sql("update served_database set timeline = timeline - 1").update();
            assertThat(world.firstRunner().poll().expect(503).problem()).isEqualTo("unavailable");
            watch.look();
            world.firstRunner().offered(run);
            assertThat(statusOf(world.admin(), run)).isEqualTo("offered");

            // As if another cluster answered.
            database.sql("update served_database set system_identifier = '1'").update();
            assertThat(world.firstRunner()
                            .api()
                            .post(path(run) + "/accepted", "{}")
                            .expect(503)
                            .problem())
                    .isEqualTo("unavailable");
            watch.look();
            assertThat(statusOf(world.admin(), run)).isEqualTo("queued restored");
            assertThat(world.firstRunner().poll().status()).isEqualTo(204);
        }
    }

    @Test
    void whatIsKeptAndDoesNotFitSpeaksAgainstTheDatabaseOnce() throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.create(), settings())) {
            World world = World.on(replicas.port(0));
            World other = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            awaitSealed(world);
            awaitSealed(other);
            replicas.stop();
            Path kept = home.resolve("audit-checkpoints");
            Path own = kept.resolve(world.organization() + ".json");
            Path others = kept.resolve(other.organization() + ".json");
            Files.copy(others, kept.resolve("nowhere.json"));
            Files.copy(own, kept.resolve("globex.json"));
            Files.writeString(own, "{\"payload\":\"bm90aGluZw==\"");

            replicas.add();

            assertThat(statusOf(Api.on(replicas.port(0)), run)).isEqualTo("queued restored");
            assertThat(replicas.database()
                            .sql("select array_to_string(because, ' ') from restorations where organization_id = :organization")
                            .param("organization", world.organization())
                            .query(String.class)
                            .single())
                    .contains(
                            "The checkpoint in " + world.organization() + ".json is damaged.",
                            "The checkpoint in nowhere.json is of another chain",
                            "The checkpoint in globex.json is of another chain");
            assertThat(Api.on(replicas.port(0))
                            .get("/api/audit-verification")
                            .expect(200)
                            .text())
                    .contains("The checkpoint that is kept outside of the database is damaged.");
            Api.on(replicas.port(0)).post(path(run) + "/requeue", WHY).expect(200);
            replicas.stop();
            replicas.add();
            assertThat(statusOf(Api.on(replicas.port(0)), run))
                    .as("people dealt with it")
                    .isEqualTo("queued");
        }
    }

    @Test
    void theOperatorSaysWhatNobodyCanTell() {
        try (Replicas replicas = Replicas.over(
                TestDatabase.create(), settings("alloy.restored", "true"))) {
            World world = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            replicas.stop();

            replicas.add();

            assertThat(statusOf(Api.on(replicas.port(0)), run)).isEqualTo("queued restored");
        }
    }
}
