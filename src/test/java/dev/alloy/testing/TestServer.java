package dev.alloy.testing;

import dev.alloy.database.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The PostgreSQL server of this test JVM, seen as somebody who may create databases. */
record TestServer(
        String url, @Nullable String username, @Nullable String password, AutoCloseable resource) {

    private static final String IMAGE = "postgres:18.1-alpine";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long NEEDED = 4L << 30;
    private static final Pattern URL = Pattern.compile("(jdbc:postgresql:(?://[^/?]+/)?)([^?]*)(\\?.*)?");

    static TestServer choose() {
        return choose(System.getenv(), () -> DockerClientFactory.instance().isDockerAvailable());
    }

    static TestServer choose(Map<String, String> environment, BooleanSupplier dockerAnswers) {
        String url = environment.get("ALLOY_TEST_DATABASE_URL");
        if (url != null && !url.isBlank()) {
            return new TestServer(
                    url,
                    environment.get("ALLOY_TEST_DATABASE_USERNAME"),
                    environment.get("ALLOY_TEST_DATABASE_PASSWORD"),
                    () -> {});
        }
        return dockerAnswers.getAsBoolean() ? container() : embedded();
    }

    private static TestServer container() {
        // The container's own command turns fsync off, and Alloy refuses to run on that.
        var container = new PostgreSQLContainer(IMAGE).withCommand("postgres");
        container.start();
        return new TestServer(
                container.getJdbcUrl(), container.getUsername(), container.getPassword(), container::stop);
    }

    private static TestServer embedded() {
        try {
            Path directory = Files.createTempDirectory(fastest(), "alloy-test-database");
            var server = TestServers.start(directory);
            return new TestServer(server.url(), server.username(), server.password(), () -> {
                server.close();
                FileSystemUtils.deleteRecursively(directory);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In memory what is written is safe at once; on a disk each commit of a test waits for it. */
    private static Path fastest() throws IOException {
        boolean memory = Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > NEEDED;
        return memory ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    static PGSimpleDataSource dataSource(String url, @Nullable String username, @Nullable String password) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        if (username != null) {
            dataSource.setUser(username);
        }
        if (password != null) {
            dataSource.setPassword(password);
        }
        return dataSource;
    }

    /** The url of another database on this server, with the same parameters. */
    String urlOf(String database) {
        var parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException("ALLOY_TEST_DATABASE_URL is not a jdbc:postgresql: url.");
        }
        String parameters = parts.group(3);
        return parts.group(1) + database + (parameters == null ? "" : parameters);
    }

    void execute(String... statements) {
        try (var connection = dataSource(url, username, password).getConnection();
                var sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The test server refused: " + String.join("; ", statements), e);
        }
    }

    void stop() {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("The test server did not stop.", e);
        }
    }
}
