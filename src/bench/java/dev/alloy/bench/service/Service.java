package dev.alloy.bench.service;

import dev.alloy.database.EmbeddedServer;
import dev.alloy.testing.Api;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged service in a process of its own, on a new embedded PostgreSQL with its durable settings, both in a temporary
 * directory. Ends and removes them when it is closed.
 */
final class Service implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path directory;
    private final EmbeddedServer database;
    private final Process process;
    private final int port;

    private Service(Path directory, EmbeddedServer database, Process process, int port) {
        this.directory = directory;
        this.database = database;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts both and returns when the service is ready.
     *
     * @param options of the service's JVM
     */
    static Service start(String... options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("alloy-bench");
        EmbeddedServer database = EmbeddedServer.start(directory.resolve("database"));
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        // What somebody wants to try, or a profiler.
        command.addAll(Arrays.stream(System.getProperty("bench.service", "").split(" "))
                .filter(option -> !option.isBlank())
                .toList());
        command.addAll(List.of(
                "-jar",
                System.getProperty("alloy.jar"),
                "--server.port=" + port,
                "--alloy.demo=false",
                "--alloy.data-dir=" + directory.resolve("data"),
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile());
        builder.environment().put("ALLOY_BOOTSTRAP_TOKEN", Api.BOOTSTRAP_TOKEN);
        Service service = new Service(directory, database, builder.start(), port);
        service.awaitReady();
        return service;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            try (Connection connection = new Connection(port)) {
                if (connection.get("/actuator/health/readiness", "none").status() == 200) {
                    return;
                }
            } catch (java.io.UncheckedIOException e) {
                // It does not listen yet.
            }
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("The service did not start: " + log());
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("service.log"), StandardCharsets.UTF_8);
    }

    /** Where it listens. */
    int port() {
        return port;
    }

    /** The database as its owner. */
    EmbeddedServer database() {
        return database;
    }

    /** Asks the database, without a pool. */
    JdbcClient sql() {
        return JdbcClient.create(connections());
    }

    /** Opens connections as the database's owner. */
    DataSource connections() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.url());
        source.setUser(database.username());
        source.setPassword(database.password());
        return source;
    }

    /** Bytes of the objects that are alive on the service's heap; counted after a full collection, before anything else is allocated. */
    long liveHeapBytes() throws IOException, InterruptedException {
        return jcmd("GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("jcmd did not tell the heap's use"));
    }

    /** How many threads the service has. */
    long threads() throws IOException, InterruptedException {
        return jcmd("Thread.print")
                .lines()
                .filter(line -> line.startsWith("\""))
                .count();
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IllegalStateException("jcmd " + command + ": " + said);
        }
        return said;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        database.close();
        FileSystemUtils.deleteRecursively(directory);
    }
}
