package dev.alloy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.access.Caller;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Await;
import dev.alloy.testing.Rows;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is read with a run's lock is of the moment in which the lock is held, not of that in which it was asked for. */
@AlloyTest
class RunLockIntegrationTests {

    @LocalServerPort
    private int port;

    @Autowired
    private RunLock lock;

    @Autowired
    private PlatformTransactionManager transactions;

    @Test
    void aWaitForTheRowReadsTheAttemptAgain() throws SQLException {
        World world = World.on(port);
        String run = world.startedRun().run().path("id").asString();
        String attempt = attemptOf(run);

        try (Connection connection = TestDatabase.shared().dataSource().getConnection()) {
            connection.setAutoCommit(false);
            JdbcClient other = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            other.sql("update run_attempts set repo_revision_before = 'moved on' where id = :id")
                    .param("id", attempt)
                    .update();
            other.sql(
                            "update foundry_run_requests set transport_replays = transport_replays + 1, version = version + 1 where id = :id")
                    .param("id", run)
                    .update();

            CompletableFuture<RunLock.Locked> waiting =
                    CompletableFuture.supplyAsync(() -> Objects.requireNonNull(new TransactionTemplate(transactions)
                            .execute(status -> lock.take(Caller.system(world.organization()), run, attempt))));
            Await.until(() -> blocked() > 0);
            connection.commit();

            assertThat(waiting.join().run().transportReplays()).isEqualTo(1);
            assertThat(Objects.requireNonNull(waiting.join().named()).repoRevisionBefore())
                    .isEqualTo("moved on");
        }
    }

    private static String attemptOf(String run) {
        return Rows.database()
                .sql("select id from run_attempts where run_request_id = :run")
                .param("run", run)
                .query(String.class)
                .single();
    }

    /** How many statements on runs wait for a lock. */
    private static long blocked() {
        return Rows.database().sql("""
                        select count(*) from pg_stat_activity
                        where wait_event_type = 'Lock' and datname = current_database() and query like 'select r.id, r.organization_id%'
                        """).query(Long.class).single();
    }
}
