package dev.alloy.restore;

import static dev.alloy.restore.RestoreStory.statusOf;
import static dev.alloy.testing.RunnerClient.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.alloy.database.EmbeddedServer;
import dev.alloy.database.TestServers;
import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.LocalPostgres;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.RunnerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is put back, or a standby takes over, while a replica runs. */
class PutBackUnderReplicasTests {

    private static final int OLDEST = 15;

    @TempDir
    private Path directory;

    private Map<String, String> settings() {
        return RestoreStory.settings(directory.resolve("home"));
    }

    /** The same system identifier, timeline and numbers: nothing but its start and the checkpoints tell. */
    @Test
    void aDataDirectoryThatIsPutBackWhileAReplicaLooksAwayHasNothingAccepted() throws IOException, SQLException {
        Path cluster = directory.resolve("data/postgres");
        Path copy = directory.resolve("copy");
        Path programs = embeddedPrograms(directory.resolve("data"));
        String password =
                Files.readString(directory.resolve("data/postgres-password")).strip();
        try (LocalPostgres server =
                        LocalPostgres.at(programs, cluster, password).start();
                Replicas replicas = Replicas.over(server.url(), "postgres", password, settings())) {
            RestoreStory story = RestoreStory.until(replicas.port(0));
            RestoreWatch watch = replicas.bean(0, RestoreWatch.class);
            watch.stop();
            server.close();
            copy(cluster, copy);
            server.start();
            awaitAnswers(replicas);
            watch.look();
            // What the copy does not know.
            story.first().start(story.waiting());
            RestoreStory.awaitSealed(story.world());
            server.close();
            Files.move(cluster, directory.resolve("lost"));
            copy(copy, cluster);
            server.start();
            awaitAnswers(replicas);

            story.first().offered(story.waiting());
            assertThat(story.first()
                            .api()
                            .post(path(story.waiting()) + "/accepted", "{}")
                            .expect(503)
                            .problem())
                    .as("before anybody looked")
                    .isEqualTo("unavailable");
            watch.look();

            story.assertNothingIsOffered(replicas.port(0));
        }
    }

    /** A restart alone is no restore: a second later everything goes on. */
    @Test
    void aServerThatIsOnlyStartedAgainIsServedAgain() throws IOException, SQLException {
        Path programs = embeddedPrograms(directory.resolve("data"));
        String password =
                Files.readString(directory.resolve("data/postgres-password")).strip();
        try (LocalPostgres server = LocalPostgres.at(programs, directory.resolve("data/postgres"), password)
                        .start();
                Replicas replicas = Replicas.over(server.url(), "postgres", password, settings())) {
            RestoreStory story = RestoreStory.until(replicas.port(0));
            RestoreStory.awaitSealed(story.world());
            server.close();
            server.start();
            awaitAnswers(replicas);

            story.first().offered(story.waiting());
            Await.until(() -> story.first()
                            .api()
                            .post(path(story.waiting()) + "/accepted", "{}")
                            .status()
                    == 200);
            assertThat(statusOf(story.world().admin(), story.executing())).isEqualTo("executing");
        }
    }

    /** Made and stopped; the server of the tests has no programs of its own to do that with. */
    private static Path embeddedPrograms(Path data) throws IOException, SQLException {
        try (EmbeddedServer server = TestServers.start(data);
                var connection = DriverManager.getConnection(server.url(), server.username(), server.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery("select setting from pg_config where name = 'BINDIR'")) {
            row.next();
            return Path.of(row.getString(1));
        }
    }

    private static void copy(Path from, Path to) {
        LocalPostgres.run(Path.of("/bin"), Map.of(), "cp", "-a", from.toString(), to.toString());
    }

    private static void awaitAnswers(Replicas replicas) {
        Await.until(() -> Api.on(replicas.port(0)).get("/api/projects").status() == 200);
    }

    private LocalPostgres primary() throws IOException, SQLException {
        Optional<Path> programs = LocalPostgres.programs(OLDEST);
        assumeTrue(programs.isPresent(), "this machine has no PostgreSQL of its own with pg_basebackup");
        return LocalPostgres.make(programs.get(), directory.resolve("primary")).start();
    }

    private LocalPostgres standbyOf(LocalPostgres primary) throws SQLException {
        Path cluster = directory.resolve("standby");
        primary.run("pg_basebackup", "--pgdata=" + cluster, "--checkpoint=fast", "--no-sync", "--write-recovery-conf");
        return LocalPostgres.at(LocalPostgres.programs(OLDEST).orElseThrow(), cluster, "")
                .startStandby();
    }

    private static void awaitStandby(LocalPostgres primary) {
        Await.until(() -> {
            try {
                return primary.answer(
                                "select count(*) from pg_stat_replication where replay_lsn >= pg_current_wal_lsn()")
                        .equals("1");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aStandbyThatHasEverythingTakesOverAndTheRunsGoOn() throws IOException, SQLException {
        try (LocalPostgres primary = primary();
                LocalPostgres standby = standbyOf(primary);
                Replicas replicas = Replicas.over(primary.urlOr(standby), "postgres", "", settings())) {
            awaitStandby(primary);
            primary.run("psql", "--command=alter system set synchronous_standby_names = '*'", "postgres");
            primary.answer("select pg_reload_conf()");
            RestoreStory story = RestoreStory.until(replicas.port(0));
            RestoreStory.awaitSealed(story.world());
            primary.kill();
            standby.promote();
            awaitAnswers(replicas);

            story.first().offered(story.waiting());
            Await.until(() -> story.first()
                            .api()
                            .post(path(story.waiting()) + "/accepted", "{}")
                            .status()
                    == 200);
            Api admin = story.world().admin();
            assertThat(admin.get("/api/audit-events?type=database.failed_over")
                            .expect(200)
                            .json()
                            .at("/items/0/detail/change")
                            .asString())
                    .isEqualTo("timeline");
            assertThat(statusOf(admin, story.executing())).isEqualTo("executing");
            assertThat(statusOf(admin, story.accepted())).isEqualTo("accepted");
        }
    }

    @Test
    void aStandbyThatLacksTheLastMomentsTakesOverAndNothingIsOffered() throws IOException, SQLException {
        try (LocalPostgres primary = primary();
                LocalPostgres standby = standbyOf(primary);
                Replicas replicas = Replicas.over(primary.urlOr(standby), "postgres", "", settings())) {
            RestoreStory story = RestoreStory.until(replicas.port(0));
            awaitStandby(primary);
            standby.close();
            // What the standby will not have.
            RunnerClient.Lease lease = story.first().start(story.waiting());
            RestoreStory.awaitSealed(story.world());
            primary.kill();
            standby.startStandby().promote();
            awaitAnswers(replicas);

            Await.until(() -> statusOf(story.world().admin(), story.waiting()).equals("queued restored"));
            story.assertNothingIsOffered(replicas.port(0));
            assertThat(lease.post("heartbeat", "{}").status()).isEqualTo(409);
        }
    }
}
