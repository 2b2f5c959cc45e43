package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.Relay;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.World;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nobody waits for a database that is gone, and all is as before when it is back. */
class DatabaseGoneScenarioTests {

    private static final Duration SOON = Duration.ofSeconds(6);

    private static Replicas replicas;
    private static Relay wire;

    @BeforeAll
    static void start() {
        replicas = Replicas.startBehindAWire();
        wire = replicas.wire();
    }

    @AfterAll
    static void stop() throws IOException {
        replicas.close();
        wire.close();
    }

    @Test
    void callsAreRefusedPollsAreEndedAndAllComesBack() throws Exception {
        World world = World.on(replicas.port(0));
        Api health = Api.on(replicas.port(0)).as(null);
        CompletableFuture<Api.Answer> poll =
                world.runnerApi().getLater("/api/runners/" + world.runner() + "/run-requests/next?wait_seconds=45");
        health.get("/actuator/health/readiness").expect(200);

        wire.cut();
        long cut = System.nanoTime();
        Await.until(() -> health.get("/actuator/health/readiness").status() == 503);
        Api.Answer refused = world.admin().get("/api/projects").expect(503);

        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(SOON);
        assertThat(refused.problem()).isEqualTo("unavailable");
        assertThat(refused.header("Retry-After")).isEqualTo("2");
        assertThat(poll.join().status()).isEqualTo(503);
        health.get("/actuator/health/liveness").expect(200);

        wire.mend();
        Await.until(() -> health.get("/actuator/health/readiness").status() == 200);
        Await.until(() -> world.admin().get("/api/projects").status() == 200);
        world.queuedRun();
    }

    /** Nothing ends, and nothing comes: whoever waits for the database then would wait for a minute. */
    @Test
    void whoeverWaitsForADatabaseThatHangsIsRefusedToo() throws Exception {
        World world = World.on(replicas.port(0));
        Api health = Api.on(replicas.port(0)).as(null);
        CompletableFuture<Api.Answer> waiting;
        try (Connection connection = replicas.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table projects in access exclusive mode");
            waiting = world.admin().getLater("/api/projects");
            Await.until(() -> replicas.database()
                            .sql(
                                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
                            .query(Long.class)
                            .single()
                    == 1);

            wire.silence();

            Await.until(() -> health.get("/actuator/health/readiness").status() == 503);
            assertThat(waiting.get(30, TimeUnit.SECONDS).expect(503).problem()).isEqualTo("unavailable");
            health.get("/actuator/health").expect(503);
            health.get("/actuator/health/liveness").expect(200);
            connection.rollback();
        }

        wire.speak();
        Await.until(() -> health.get("/actuator/health/readiness").status() == 200);
        Await.until(() -> world.admin().get("/api/projects").status() == 200);
    }
}
