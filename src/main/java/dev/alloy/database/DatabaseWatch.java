package dev.alloy.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * Asks the database twice a second whether it is there, by a connection of its own: a busy pool is no sign of anything. While it is not,
 * callers are refused at once instead of waiting for a connection each, whoever waits on one has it broken, and the service is not ready. Source:
 * operations.md, “Health”.
 */
@Component
public class DatabaseWatch extends RepeatedTask {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** For the connection that is there, and again for a new one: what only hangs is known for gone within five seconds. */
    private static final int PATIENCE_SECONDS = 2;

    private final HikariDataSource database;
    private final ApplicationContext context;
    private @Nullable Connection connection;
    private volatile boolean gone;

    DatabaseWatch(DataSource database, ApplicationContext context) throws SQLException {
        super("database-watch", INTERVAL);
        this.database = database.unwrap(HikariDataSource.class);
        this.context = context;
    }

    /** Whether it did not answer when it was last asked. */
    public boolean isGone() {
        return gone;
    }

    @Override
    protected void perform() {
        boolean there = answers();
        if (there == gone) {
            gone = !there;
            if (there) {
                LOG.info("The database answers again");
            } else {
                LOG.warn("The database does not answer; calls are refused until it does");
                context.publishEvent(new DatabaseGone());
            }
            AvailabilityChangeEvent.publish(
                    context, there ? ReadinessState.ACCEPTING_TRAFFIC : ReadinessState.REFUSING_TRAFFIC);
        }
        if (!there && database.getDataSource() instanceof BreakableConnections connections) {
            connections.breakAll();
        }
    }

    /** A connection that broke says nothing yet: it is asked for a new one. */
    private boolean answers() {
        return connection != null && isValid(connection) || isValid(connect());
    }

    private boolean isValid(@Nullable Connection asked) {
        try {
            if (asked != null && asked.isValid(PATIENCE_SECONDS)) {
                return true;
            }
        } catch (SQLException e) {
            LOG.debug("The database did not answer", e);
        }
        close();
        return false;
    }

    private @Nullable Connection connect() {
        var properties = new Properties();
        properties.setProperty("user", String.valueOf(database.getUsername()));
        properties.setProperty("password", String.valueOf(database.getPassword()));
        properties.setProperty("ApplicationName", "alloy watch");
        properties.setProperty("connectTimeout", String.valueOf(PATIENCE_SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(PATIENCE_SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(PATIENCE_SECONDS));
        if (database.getUsername() == null) {
            // The address says who.
            properties.remove("user");
            properties.remove("password");
        }
        try {
            connection = DriverManager.getConnection(database.getJdbcUrl(), properties);
        } catch (SQLException e) {
            LOG.debug("The database refuses connections", e);
        }
        return connection;
    }

    private void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debug("The connection is closed anyway", e);
        }
        connection = null;
    }

    @Override
    public synchronized void stop() {
        super.stop();
        close();
    }
}
