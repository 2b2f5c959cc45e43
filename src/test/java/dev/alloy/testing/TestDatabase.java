package dev.alloy.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database on the one PostgreSQL server of this test JVM. As an initializer it gives every application context the same
 * new, empty database:
 *
 * <pre>{@code
 * @SpringBootTest
 * @ContextConfiguration(initializers = TestDatabase.class)
 * class RunsIntegrationTests { … }
 * }</pre>
 *
 * <p>The server is the one that ALLOY_TEST_DATABASE_URL names, else a container where a Docker engine answers, else the
 * embedded one. Every database made here is dropped when the JVM ends, after the contexts have closed.
 */
public final class TestDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        KnownClasses.share(context);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("testDatabase", Shared.DATABASE.properties()));
    }

    /** By the url of their database. */
    private static final Map<String, HikariDataSource> KEPT_CONNECTIONS = new ConcurrentHashMap<>();

    /** The database that the contexts share. */
    public static Fresh shared() {
        return Shared.DATABASE;
    }

    /** One more empty database on the same server, for tests that migrate or alter it. */
    public static Fresh create() {
        return Shared.create();
    }

    /** One more database on the same server, as the migrations leave an empty one: an application finds nothing to do. */
    public static Fresh migrated() {
        return Migrated.DATABASE.copy();
    }

    /** For what lives as long as this JVM. */
    static void dropAtTheEnd(Fresh database) {
        Shared.KEPT.add(database);
    }

    /**
     * A database of its own for one test; closing drops it.
     *
     * @param username null when the url says it
     * @param password null when the url says it
     */
    public record Fresh(
            String name,
            String url,
            @Nullable String username,
            @Nullable String password) implements AutoCloseable {

        /** Opens a new connection each time; no pool. */
        public PGSimpleDataSource dataSource() {
            return TestServer.dataSource(url, username, password);
        }

        /** Asks over connections that are kept: to open one takes longer than most answers. */
        public JdbcClient jdbc() {
            return JdbcClient.create(KEPT_CONNECTIONS.computeIfAbsent(url, unknown -> pool()));
        }

        private HikariDataSource pool() {
            var configuration = new HikariConfig();
            configuration.setDataSource(dataSource());
            configuration.setMaximumPoolSize(4);
            configuration.setMinimumIdle(0);
            return new HikariDataSource(configuration);
        }

        /** Lets go of the connections that are kept. */
        void disconnect() {
            HikariDataSource pool = KEPT_CONNECTIONS.remove(url);
            if (pool != null) {
                pool.close();
            }
        }

        /** What a Spring Boot application needs to use this database, with a data directory of its own. */
        public Map<String, Object> properties() {
            var properties = new LinkedHashMap<String, Object>();
            properties.put("spring.datasource.url", url);
            // Few tests read it, and it takes seconds for each application.
            properties.put("alloy.openapi.prepare", "false");
            properties.put("alloy.warm-up", "false");
            properties.put("alloy.data-dir", "target/test-data/" + name);
            if (username != null) {
                properties.put("spring.datasource.username", username);
            }
            if (password != null) {
                properties.put("spring.datasource.password", password);
            }
            return properties;
        }

        /** Another database that is at the moment at which this one is now, as one that was saved and restored. Disconnects everybody. */
        public Fresh copy() {
            disconnect();
            String copy = "alloy_test_" + UUID.randomUUID().toString().replace("-", "");
            Shared.SERVER.execute(
                    "alter database " + name + " allow_connections false",
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '" + name + "'");
            try {
                Shared.SERVER.execute("create database " + copy + " template " + name);
            } finally {
                Shared.SERVER.execute("alter database " + name + " allow_connections true");
            }
            return new Fresh(copy, Shared.SERVER.urlOf(copy), username, password);
        }

        /** Disconnects everybody and drops the database. */
        @Override
        public void close() {
            disconnect();
            Shared.SERVER.execute("drop database if exists " + name + " with (force)");
        }
    }

    /** Made by the first test that wants a database. */
    private static final class Shared {

        static final TestServer SERVER = TestServer.choose();
        static final Fresh DATABASE = create();

        /** What no test closes. */
        static final List<Fresh> KEPT = new CopyOnWriteArrayList<>(List.of(DATABASE));

        static {
            // These run when every context has closed, so no pool is left to complain about a server that is gone.
            SpringApplication.getShutdownHandlers().add(() -> {
                KEPT.forEach(Fresh::close);
                SERVER.stop();
            });
        }

        static Fresh create() {
            String name = "alloy_test_" + UUID.randomUUID().toString().replace("-", "");
            SERVER.execute("create database " + name);
            return new Fresh(name, SERVER.urlOf(name), SERVER.username(), SERVER.password());
        }
    }

    /** Migrated once: to copy it takes a tenth of the time. */
    private static final class Migrated {

        static final Fresh DATABASE = Shared.create();

        static {
            Flyway.configure().dataSource(DATABASE.dataSource()).load().migrate();
            dropAtTheEnd(DATABASE);
        }
    }
}
