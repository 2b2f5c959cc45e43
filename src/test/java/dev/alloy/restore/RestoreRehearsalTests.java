package dev.alloy.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.alloy.database.EmbeddedServer;
import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.LocalPostgres;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The ways back of docs/operations.md, gone with PostgreSQL's own programs. */
class RestoreRehearsalTests {

    private static final int EMBEDDED = 18;
    private static final int OLDEST = 15;

    @TempDir
    private Path directory;

    /** Runs that go through one after the other, until there are enough. */
    private static final class Traffic implements AutoCloseable {

        private final World world;
        private final RunnerClient runner;
        private final List<RunnerClient.Lease> leases = new CopyOnWriteArrayList<>();
        private final List<JsonNode> started = new CopyOnWriteArrayList<>();
        private final Thread thread = new Thread(this::run, "traffic");
        private volatile boolean enough;

        Traffic(int port) {
            world = World.on(port);
            runner = RestoreStory.trusted(world);
            thread.start();
        }

        private void run() {
            for (int i = 0; !enough; i++) {
                JsonNode run = RestoreStory.queued(world, "run-" + i);
                RunnerClient.Lease lease = runner.start(run);
                started.add(run);
                leases.add(lease);
                if (!enough) {
                    lease.post("completed", World.result(run)).expect(200);
                }
            }
        }

        /** Returns when so many more have started. */
        void await(int more) {
            int now = started.size();
            Await.until(() -> started.size() >= now + more);
        }

        @Override
        public void close() {
            enough = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Each run that was started has ended in the restored database, waits for a person, or is not known; and the runner hears which. */
        void assertNothingIsOffered(int port) {
            Api admin = Api.on(port);
            RunnerClient again = new RunnerClient(runner.id(), runner.api().at(admin));
            int unknown = 0;
            for (int i = 0; i < started.size(); i++) {
                JsonNode run = started.get(i);
                if (admin.get(RunnerClient.path(run)).status() == 404) {
                    unknown++;
                    assertThat(leases.get(i)
                                    .api()
                                    .at(admin)
                                    .post(RunnerClient.path(run) + "/completed", World.result(run))
                                    .expect(409)
                                    .problem())
                            .isEqualTo("run-unknown-after-restore");
                } else {
                    assertThat(RestoreStory.statusOf(admin, run))
                            .isIn(
                                    "completed",
                                    "completed_with_findings",
                                    "failed",
                                    "lost",
                                    "queued restored",
                                    "awaiting_approval restored");
                }
            }
            again.poll().expect(204);
            assertThat(unknown).as("the backup is older than some").isPositive();
            assertThat(admin.get("/api/late-reports?limit=200")
                            .expect(200)
                            .json()
                            .path("items")
                            .valueStream()
                            .filter(report ->
                                    report.path("reported_by").asString().equals("runner:" + runner.id())))
                    .hasSize(unknown);
        }
    }

    private Map<String, String> settings() {
        return RestoreStory.settings(directory.resolve("home"));
    }

    /** What is missing is said, and where the chain ends. */
    private static void assertTheChainSaysWhereItBreaks(int port, World world) {
        JsonNode chain = Api.on(port)
                .get("/api/audit-verification")
                .expect(200)
                .json()
                .path("chains")
                .valueStream()
                .filter(one -> one.path("organization_id").asString("").equals(world.organization()))
                .findFirst()
                .orElseThrow();
        assertThat(chain.at("/first_broken/because").asString()).contains("The log ends with batch");
        assertThat(chain.at("/first_broken/id").asString()).matches("\\d+");
        assertThat(Api.on(port)
                        .get("/api/audit-events?type=database.restored&target_id=" + world.organization())
                        .expect(200)
                        .json()
                        .at("/items/0/detail/because")
                        .toString())
                .contains("kept is batch");
    }

    @Test
    void aDumpMadeUnderTrafficIsRestoredIntoAnEmptyEmbeddedServer() throws IOException, SQLException {
        Optional<Path> programs = LocalPostgres.programs(EMBEDDED);
        assumeTrue(
                programs.isPresent(),
                "the embedded PostgreSQL ships no pg_dump, and this machine has none of version 18 or newer");
        Path dump = directory.resolve("alloy.dump");
        RestoreStory story;
        Traffic traffic;
        Path alloys;
        try (EmbeddedServer server = EmbeddedServer.start(directory.resolve("before"));
                Replicas before = Replicas.over(server.url(), server.username(), server.password(), settings())) {
            story = RestoreStory.until(before.port(0));
            // Of several servers in one process the library unpacks the programs once.
            alloys = Path.of(before.database()
                    .sql("select setting from pg_config where name = 'BINDIR'")
                    .query(String.class)
                    .single());
            traffic = new Traffic(before.port(0));
            try (traffic) {
                traffic.await(2);
                run(programs.get(), server, "pg_dump", "--format=custom", "--file=" + dump, "postgres");
                traffic.await(2);
                story.first().start(story.waiting());
            }
            RestoreStory.awaitSealed(story.world());
            RestoreStory.awaitSealed(traffic.world);
        }
        restoreByHand(programs.get(), alloys, dump, directory.resolve("after"));
        try (EmbeddedServer server = EmbeddedServer.start(directory.resolve("after"));
                Replicas after = Replicas.over(server.url(), server.username(), server.password(), settings())) {
            assertRestored(after.port(0), story, traffic);
        }
    }

    /** As docs/operations.md tells it: the server that Alloy made is started without Alloy, by its own programs. */
    private static void restoreByHand(Path programs, Path alloys, Path dump, Path data)
            throws IOException, SQLException {
        EmbeddedServer.start(data).close();
        String password = Files.readString(data.resolve("postgres-password")).strip();
        try (LocalPostgres server =
                LocalPostgres.at(alloys, data.resolve("postgres"), password).start()) {
            server.run(programs, "psql", "--command=drop schema public cascade; create schema public", "postgres");
            server.run(programs, "pg_restore", "--exit-on-error", "--dbname=postgres", dump.toString());
        }
    }

    private static void run(Path programs, EmbeddedServer server, String program, String... arguments) {
        String port = server.url().replaceFirst(".*:(\\d+)/.*", "$1");
        String[] all = new String[arguments.length + 4];
        all[0] = program;
        all[1] = "--host=127.0.0.1";
        all[2] = "--port=" + port;
        all[3] = "--username=" + server.username();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        LocalPostgres.run(programs, Map.of("PGPASSWORD", server.password()), all);
    }

    private static void assertRestored(int port, RestoreStory story, Traffic traffic) {
        story.assertNothingIsOffered(port);
        traffic.assertNothingIsOffered(port);
        assertTheChainSaysWhereItBreaks(port, story.world());
        assertTheChainSaysWhereItBreaks(port, traffic.world);
    }

    @Test
    void aDumpMadeUnderTrafficIsRestoredIntoAnEmptyServerOfOnesOwn() throws SQLException {
        Path programs = programs();
        Path dump = directory.resolve("alloy.dump");
        RestoreStory story;
        Traffic traffic;
        try (LocalPostgres server = LocalPostgres.make(programs, directory.resolve("before"))
                        .start();
                Replicas before = Replicas.over(server.url(), "postgres", "", settings())) {
            story = RestoreStory.until(before.port(0));
            traffic = new Traffic(before.port(0));
            try (traffic) {
                traffic.await(2);
                server.run("pg_dump", "--format=custom", "--file=" + dump, "postgres");
                traffic.await(2);
                story.first().start(story.waiting());
            }
            RestoreStory.awaitSealed(story.world());
            RestoreStory.awaitSealed(traffic.world);
        }
        try (LocalPostgres empty =
                LocalPostgres.make(programs, directory.resolve("after")).start()) {
            empty.run("pg_restore", "--exit-on-error", "--dbname=postgres", dump.toString());
            try (Replicas after = Replicas.over(empty.url(), "postgres", "", settings())) {
                assertRestored(after.port(0), story, traffic);
            }
        }
    }

    private static Path programs() {
        Optional<Path> programs = LocalPostgres.programs(OLDEST);
        assumeTrue(programs.isPresent(), "this machine has no PostgreSQL of its own with pg_basebackup");
        return programs.get();
    }

    @Test
    void aBaseBackupIsRecoveredToAPointInTime() throws IOException, SQLException {
        Path programs = programs();
        Path archive = Files.createDirectory(directory.resolve("archive"));
        Path backup = directory.resolve("backup");
        RestoreStory story;
        Traffic traffic;
        try (LocalPostgres server = LocalPostgres.make(programs, directory.resolve("before"))
                .set("archive_mode = on", "archive_command = 'cp %p " + archive + "/%f'")
                .start()) {
            try (Replicas before = Replicas.over(server.url(), "postgres", "", settings())) {
                server.run("pg_basebackup", "--pgdata=" + backup, "--checkpoint=fast", "--no-sync");
                story = RestoreStory.until(before.port(0));
                traffic = new Traffic(before.port(0));
                try (traffic) {
                    traffic.await(2);
                    server.answer("select pg_create_restore_point('before')");
                    traffic.await(2);
                    story.first().start(story.waiting());
                }
                RestoreStory.awaitSealed(story.world());
                RestoreStory.awaitSealed(traffic.world);
                String last = server.answer("select pg_walfile_name(pg_switch_wal())");
                Await.until(() -> Files.exists(archive.resolve(last)));
            }
        }
        Files.createFile(backup.resolve("recovery.signal"));
        try (LocalPostgres recovered = LocalPostgres.at(programs, backup, "")
                .set(
                        "archive_mode = off",
                        "restore_command = 'cp " + archive + "/%f %p'",
                        "recovery_target_name = 'before'",
                        "recovery_target_action = 'promote'")
                .start()) {
            assertThat(recovered.answer("select timeline from database_server")).isEqualTo("2");
            try (Replicas after = Replicas.over(recovered.url(), "postgres", "", settings())) {
                assertRestored(after.port(0), story, traffic);
            }
        }
    }
}
