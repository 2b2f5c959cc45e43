package dev.alloy.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

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
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("testDatabase", Shared.DATABASE.properties()));
    }

    /** The database that the contexts share. */
    public static Fresh shared() {
        return Shared.DATABASE;
    }

    /** One more empty database on the same server, for tests that migrate or alter it. */
    public static Fresh create() {
        return Shared.create();
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
            String copy = "alloy_test_" + UUID.randomUUID().toString().replace("-", "");
            Shared.SERVER.execute("alter database " + name + " allow_connections false");
            try {
                Shared.SERVER.execute(
                        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '" + name + "'");
                Shared.SERVER.execute("create database " + copy + " template " + name);
            } finally {
                Shared.SERVER.execute("alter database " + name + " allow_connections true");
            }
            return new Fresh(copy, Shared.SERVER.urlOf(copy), username, password);
        }

        /** Disconnects everybody and drops the database. */
        @Override
        public void close() {
            Shared.SERVER.execute("drop database if exists " + name + " with (force)");
        }
    }

    /** Made by the first test that wants a database. */
    private static final class Shared {

        static final TestServer SERVER = TestServer.choose();
        static final Fresh DATABASE = create();

        static {
            // These run when every context has closed, so no pool is left to complain about a server that is gone.
            SpringApplication.getShutdownHandlers().add(() -> {
                DATABASE.close();
                SERVER.stop();
            });
        }

        static Fresh create() {
            String name = "alloy_test_" + UUID.randomUUID().toString().replace("-", "");
            SERVER.execute("create database " + name);
            return new Fresh(name, SERVER.urlOf(name), SERVER.username(), SERVER.password());
        }
    }
}
