package dev.alloy.run;

import dev.alloy.database.RepeatedTask;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hears, on a database connection of its own, that runs were queued on any replica, and wakes the polls and streams that wait on this one. What
 * is not heard while the connection is away is covered by their own slow sweeps.
 */
@Component
class QueueListener implements SmartLifecycle {

    static final String CHANNEL = "alloy_queue";

    /** Before an organization's id: nothing was freed, something can be seen. No organization is called so. */
    static final String TOLD = "seen ";

    private static final Logger log = LoggerFactory.getLogger(QueueListener.class);
    private static final int PATIENCE_MILLIS = 1_000;

    private final JdbcConnectionDetails database;
    private final Polls polls;
    private final RunStreams streams;
    private CountDownLatch stopped = new CountDownLatch(0);

    QueueListener(JdbcConnectionDetails database, Polls polls, RunStreams streams) {
        this.database = database;
        this.streams = streams;
        this.polls = polls;
    }

    private void listen(CountDownLatch end) {
        while (end.getCount() > 0) {
            try (Connection connection = DriverManager.getConnection(
                            database.getJdbcUrl(), database.getUsername(), database.getPassword());
                    Statement statement = connection.createStatement()) {
                statement.execute("listen " + CHANNEL);
                polls.wakeAll();
                streams.wake("");
                hear(connection.unwrap(PGConnection.class), end);
            } catch (SQLException e) {
                if (end.getCount() > 0) {
                    log.warn("The queue is not heard at the moment ({}); polls look by themselves", e.getMessage());
                }
                pause(end);
            }
        }
    }

    private void hear(PGConnection connection, CountDownLatch end) throws SQLException {
        while (end.getCount() > 0) {
            PGNotification[] heard = connection.getNotifications(PATIENCE_MILLIS);
            if (heard != null) {
                for (PGNotification one : heard) {
                    heard(one.getParameter());
                }
            }
        }
    }

    private void heard(String word) {
        if (word.startsWith(TOLD)) {
            streams.wake(word.substring(TOLD.length()));
        } else {
            polls.wake(word);
            streams.wake(word);
        }
    }

    private static void pause(CountDownLatch end) {
        try {
            if (end.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("The queue no longer needs a listener");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void start() {
        CountDownLatch end = new CountDownLatch(1);
        stopped = end;
        RepeatedTask.daemon("queue-listener").newThread(() -> listen(end)).start();
    }

    @Override
    public synchronized void stop() {
        stopped.countDown();
    }

    @Override
    public synchronized boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
