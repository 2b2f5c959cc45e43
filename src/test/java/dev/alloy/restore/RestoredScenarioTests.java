package dev.alloy.restore;

import static dev.alloy.restore.RestoreStory.statusOf;
import static dev.alloy.testing.RunnerClient.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A database that was put back to an earlier moment offers nothing that may have started since. */
class RestoredScenarioTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WHY = "{\"reason\":\"It never started.\"}";

    @TempDir
    private Path home;

    private Map<String, String> settings(String... more) {
        return RestoreStory.settings(home, more);
    }

    @Test
    void nothingThatMayHaveStartedIsOfferedByADatabaseThatWasPutBack() throws IOException {
        try (Replicas before = Replicas.over(TestDatabase.migrated(), settings())) {
            RestoreStory story = RestoreStory.until(before.port(0));
            ObjectNode late = story.world().compileBody(World.mutatingIntent());
            JsonNode brief = story.world()
                    .admin()
                    .post("/api/projects/" + story.world().project() + "/formation-briefs", late)
                    .expect(201)
                    .json();
            story.world().approve(brief);
            var backup = before.copy();
            Await.until(() ->
                    Api.on(before.port(0)).get("/actuator/health/readiness").status() == 200
                            && story.world().admin().get("/api/projects").status() == 200);
            // What the backup does not know.
            story.first().start(story.waiting());
            RestoreStory.awaitSealed(story.world());
            before.stop();

            try (Replicas after = Replicas.over(backup, settings())) {
                int port = after.port(0);
                Api admin = Api.on(port);

                story.assertNothingIsOffered(port);
                saysSo(after, admin, story);
                theSameWorkNeedsAnApprovalOfItsOwn(admin, brief);
                isRequeuedByWhoMayApproveMutations(admin, story, port);
            }
        }
    }

    /** It may have been requested, and done, under another id in the time that is gone. */
    private static void theSameWorkNeedsAnApprovalOfItsOwn(Api admin, JsonNode brief) {
        JsonNode again = World.requestAs(admin, brief, "").expect(201).json();
        assertThat(again.path("status").asString()).isEqualTo("awaiting_approval");
        admin.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"dry_run\",\"repo_revision\":\"" + World.REVISION + "\"}")
                .expect(201);
        assertThat(statusOf(admin, again)).isEqualTo("queued");
        admin.post(path(again) + "/cancel", WHY).expect(200);
    }

    private static void saysSo(Replicas after, Api admin, RestoreStory story) {
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
        assertThat(Api.on(after.port(0)).as(null).get("/actuator/health").text())
                .isEqualTo("{\"status\":\"UP\"}");
        JsonNode verification = admin.get("/api/audit-verification").expect(200).json();
        assertThat(verification.path("valid").booleanValue()).isFalse();
        assertThat(verification.at("/first_broken/because").asString()).contains("The log ends with batch");
    }

    private static void isRequeuedByWhoMayApproveMutations(Api admin, RestoreStory story, int port) {
        String requeue = path(story.offered()) + "/requeue";
        String organization = story.world().organization();
        person(admin, organization, "\"view\",\"manage_runners\"")
                .post(requeue, WHY)
                .expect(403);
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
    void theDatabaseItselfHasNothingAcceptedOnAnotherServerUntilItWasJudged() {
        try (Replicas replicas = Replicas.start(1)) {
            World world = World.on(replicas.port(0));
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            JdbcClient database = replicas.database();
            watch.stop();
            JsonNode run = world.queuedRun();

            RunnerClient runner = world.firstRunner();

            // As if a standby had taken over since.
            runner.offered(run);
            database.sql("update served_database set timeline = timeline - 1").update();
            assertThat(accept(runner, run).expect(503).problem()).isEqualTo("unavailable");
            watch.look();
            RunnerClient.Lease lease = runner.acceptOffered(run, "{}");
            lease.post("release", "{\"reason\":\"Not now.\"}").expect(200);

            // As if another cluster answered.
            runner.offered(run);
            database.sql("update served_database set system_identifier = '1'").update();
            assertThat(accept(runner, run).expect(503).problem()).isEqualTo("unavailable");
            watch.look();
            assertThat(statusOf(world.admin(), run)).isEqualTo("queued restored");
            assertThat(accept(runner, run).expect(409).problem()).isEqualTo("not-offered");
            runner.poll().expect(204);
        }
    }

    private static Api.Answer accept(RunnerClient runner, JsonNode run) {
        return runner.api().post(path(run) + "/accepted", "{}");
    }

    @Test
    void whatIsKeptAndDoesNotFitSpeaksAgainstTheDatabaseOnce() throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(replicas.port(0));
            World other = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            RestoreStory.awaitSealed(world);
            RestoreStory.awaitSealed(other);
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
                            .sql(
                                    "select array_to_string(because, ' ') from restorations where organization_id = :organization")
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
                    .contains("The checkpoint kept outside of the database is damaged.");
            Api.on(replicas.port(0)).post(path(run) + "/requeue", WHY).expect(200);
            replicas.stop();
            replicas.add();
            assertThat(statusOf(Api.on(replicas.port(0)), run))
                    .as("people dealt with it")
                    .isEqualTo("queued");
        }
    }

    /** Each is said, and the operator overrules none; that each is enough is in {@link RestoreJudgementTests}. */
    @Test
    void checkpointsThatAreNotOfThisDatabaseAreNeverAReasonToOffer() throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(replicas.port(0));
            World other = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            RestoreStory.awaitSealed(world);
            RestoreStory.awaitSealed(other);
            replicas.stop();
            plant(world.organization(), world.organization(), checkpoint -> checkpoint
                    .put("number", checkpoint.path("number").asLong() + 1)
                    .put("sealed_at", "2999-01-01T00:00:00Z"));
            plant(other.organization(), other.organization(), checkpoint -> checkpoint
                    .put("number", 1)
                    .put("merkle_root", "sha256:" + "0".repeat(64)));
            plant(other.organization(), "initech", checkpoint -> checkpoint.put("organization_id", "initech"));

            replicas.with("alloy.restored", "false").add();

            Api admin = Api.on(replicas.port(0));
            assertThat(statusOf(admin, run)).isEqualTo("queued restored");
            world.firstRunner().at(replicas.port(0)).poll().expect(204);
            assertThat(admin.get("/api/audit-events?type=database.restored&target_id=" + world.organization())
                            .expect(200)
                            .json()
                            .at("/items/0/detail/because")
                            .toString())
                    .contains(
                            "sealed at 2999-01-01T00:00:00Z (in the future of this database)",
                            "The audit log holds another batch 1 of the organization " + other.organization(),
                            "the database does not know that organization");
        }
    }

    /** Writes a changed checkpoint of a chain as that of another. */
    private void plant(String from, String to, UnaryOperator<ObjectNode> change) throws IOException {
        Path kept = home.resolve("audit-checkpoints");
        ObjectNode envelope = (ObjectNode) JSON.readTree(Files.readAllBytes(kept.resolve(from + ".json")));
        ObjectNode checkpoint = (ObjectNode) JSON.readTree(
                Base64.getDecoder().decode(envelope.path("payload").asString()));
        byte[] changed = JSON.writeValueAsBytes(change.apply(checkpoint));
        envelope.put("payload", Base64.getEncoder().encodeToString(changed));
        Files.write(kept.resolve(to + ".json"), JSON.writeValueAsBytes(envelope));
    }

    /** A machine that is put back to an earlier moment takes its running server along. */
    @Test
    void everythingIsComparedOnceAMinuteWhateverTheServerTells() throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            RestoreStory.awaitSealed(world);
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            watch.stop();
            plant(
                    world.organization(),
                    world.organization(),
                    checkpoint ->
                            checkpoint.put("number", checkpoint.path("number").asLong() + 100));

            for (int second = 0; second < 60; second++) {
                watch.look();
            }

            assertThat(statusOf(world.admin(), run)).isEqualTo("queued restored");
        }
    }

    /** A checkpoint that cannot be read says nothing for the database either: the service does not start on it. */
    @Test
    void aCheckpointThatCannotBeReadIsNoReasonToOffer() throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            RestoreStory.awaitSealed(world);
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            watch.stop();
            Path unreadable = Files.createDirectory(home.resolve("audit-checkpoints/acme.json"));

            replicas.database()
                    .sql("update served_database set timeline = timeline - 1")
                    .update();
            watch.look();
            watch.look();

            Api management = Api.on(Integer.parseInt(replicas.property(0, "local.management.port")))
                    .as(null);
            JsonNode health = management.get("/actuator/health").expect(200).json();
            assertThat(health.at("/components/restored/status").asString()).isEqualTo("UNKNOWN");
            assertThat(health.at("/components/restored/details/not_judged_because")
                            .asString())
                    .contains("acme.json");
            assertThat(health.at("/components/restored/details/not_judged_for_seconds")
                            .isIntegralNumber())
                    .isTrue();
            RunnerClient runner = world.firstRunner();
            runner.offered(run);
            assertThat(accept(runner, run).expect(503).problem()).isEqualTo("unavailable");

            Files.delete(unreadable);
            watch.look();
            assertThat(management.get("/actuator/health").expect(200).json().at("/components/restored/status"))
                    .asString()
                    .contains("UP");
            runner.acceptOffered(run, "{}");

            replicas.stop();
            Files.createDirectory(unreadable);
            assertThatThrownBy(replicas::add).rootCause().hasMessageContaining("directory");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void thatItCannotBeJudgedIsWarnedOfOnceAMinute(CapturedOutput output) throws IOException {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(replicas.port(0));
            RestoreStory.awaitSealed(world);
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            watch.stop();
            Files.createDirectory(home.resolve("audit-checkpoints/acme.json"));
            replicas.database()
                    .sql("update served_database set timeline = timeline - 1")
                    .update();

            for (int i = 0; i < 5; i++) {
                watch.look();
            }

            assertThat(output.getOut().split("cannot be judged, and nothing is accepted", -1))
                    .as("told in %s", output)
                    .hasSize(2);
        }
    }

    /** A role that loses a privilege does not make Alloy forget where the database was served, nor judge it each second. */
    @Test
    void whatTheServerToldOnceIsNotForgotten() {
        try (Replicas replicas = Replicas.start(1)) {
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            watch.stop();
            JdbcClient database = replicas.database();
            String noted = note(database);

            database.sql("""
                            create or replace function server_system_identifier() returns text language sql stable as 'select null::text'
                            """).update();
            database.sql(
                            "create or replace function server_timeline() returns bigint language sql stable as 'select null::bigint'")
                    .update();
            watch.look();

            assertThat(note(database)).isEqualTo(noted);
        }
    }

    private static String note(JdbcClient database) {
        return database.sql("select concat_ws(' ', system_identifier, timeline, noted_at) from served_database")
                .query(String.class)
                .single();
    }

    /** All was moved by a dump, and nothing ran in between: the operator says so, and what waits goes on. */
    @Test
    void theOperatorSaysThatNothingIsMissing() {
        try (Replicas before = Replicas.over(TestDatabase.migrated(), settings())) {
            World world = World.on(before.port(0));
            JsonNode run = world.queuedRun();
            RestoreStory.awaitSealed(world);
            before.stop();

            try (Replicas after = Replicas.over(before.copy(), settings("alloy.restored", "false"))) {
                assertThat(statusOf(Api.on(after.port(0)), run)).isEqualTo("queued");
                world.firstRunner().at(after.port(0)).start(run);
                assertThat(Api.on(after.port(0))
                                .get("/api/audit-events?type=database.failed_over")
                                .expect(200)
                                .json()
                                .at("/items/0/detail/change")
                                .asString())
                        .isEqualTo("another");
            }
        }
    }

    @Test
    void theOperatorSaysWhatNobodyCanTell() {
        try (Replicas replicas = Replicas.over(TestDatabase.migrated(), settings("alloy.restored", "true"))) {
            World world = World.on(replicas.port(0));
            JsonNode run = world.queuedRun();
            replicas.stop();

            replicas.add();

            assertThat(statusOf(Api.on(replicas.port(0)), run)).isEqualTo("queued restored");
        }
    }
}
