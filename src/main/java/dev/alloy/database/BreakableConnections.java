package dev.alloy.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Opens the connections of a pool and remembers them, so all can be broken at once. Whoever waits for an answer on one, from a server that
 * will not give any, has an error then instead of a minute to wait; the pool gives no hold of connections that are in use.
 */
final class BreakableConnections extends SimpleDriverDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(BreakableConnections.class);

    private final Properties properties;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    private BreakableConnections(Driver driver, String url, Properties properties) {
        super(driver, url, properties);
        this.properties = properties;
    }

    /** Lets a pool that has not begun open its connections here. */
    static void under(HikariDataSource pool) {
        String url = pool.getJdbcUrl();
        if (url == null || pool.getDataSource() != null) {
            return;
        }
        var properties = new Properties();
        pool.getDataSourceProperties()
                .forEach((name, value) -> properties.setProperty(String.valueOf(name), String.valueOf(value)));
        try {
            pool.setDataSource(new BreakableConnections(DriverManager.getDriver(url), url, properties));
        } catch (SQLException e) {
            LOG.debug("The pool says better what is wrong with its address", e);
        }
    }

    @Override
    protected Connection getConnectionFromDriver(Properties merged) throws SQLException {
        Connection connection = super.getConnectionFromDriver(merged);
        open.removeIf(BreakableConnections::isClosed);
        open.add(connection);
        return connection;
    }

    /** The pool says how long opening one may take. */
    @Override
    public void setLoginTimeout(int seconds) {
        properties.setProperty("loginTimeout", String.valueOf(seconds));
    }

    /** Breaks all that are open, those in use among them. */
    void breakAll() {
        open.removeIf(BreakableConnections::isClosed);
        for (Connection connection : open) {
            try {
                // Closing an encrypted connection may wait for the other side, too.
                connection.abort(task ->
                        RepeatedTask.daemon("database-abort").newThread(task).start());
            } catch (SQLException e) {
                LOG.debug("It is broken as it is", e);
            }
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }
}
