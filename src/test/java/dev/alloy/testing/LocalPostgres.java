package dev.alloy.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the machine's own packages, with all its programs; the one that Alloy brings has none of those that make backups. {@code
 * ALLOY_TEST_POSTGRES_BIN} names the directory of others.
 */
public final class LocalPostgres implements AutoCloseable {

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

    private final Path programs;
    private final Path cluster;
    private final String password;
    private final int port;

    private LocalPostgres(Path programs, Path cluster, String password, int port) {
        this.programs = programs;
        this.cluster = cluster;
        this.password = password;
        this.port = port;
    }

    /** The programs of at least this major version; empty where the machine has none. */
    public static Optional<Path> programs(int oldest) {
        String named = System.getenv("ALLOY_TEST_POSTGRES_BIN");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(there -> major(there) >= oldest);
        }
        if (!Files.isDirectory(PACKAGES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(there -> Files.isExecutable(there.resolve("pg_basebackup")))
                    .filter(there -> Files.isExecutable(there.resolve("initdb")))
                    .filter(there -> major(there) >= oldest)
                    .max(Comparator.comparing(LocalPostgres::major));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int major(Path programs) {
        try {
            String version = run(programs, Map.of(), "pg_config", "--version");
            return Integer.parseInt(version.replaceAll("\\D*(\\d+).*", "$1").strip());
        } catch (IllegalStateException | NumberFormatException e) {
            return 0;
        }
    }

    /** Makes a cluster. */
    public static LocalPostgres make(Path programs, Path cluster) {
        run(programs, Map.of(), "initdb", "-D", cluster.toString(), "-U", "postgres", "-A", "trust", "--no-sync");
        return at(programs, cluster, "");
    }

    /** A cluster that is there; its user is {@code postgres}. */
    public static LocalPostgres at(Path programs, Path cluster, String password) {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new LocalPostgres(programs, cluster, password, socket.getLocalPort());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds to its settings, for the next start. */
    public LocalPostgres set(String... settings) throws IOException {
        Path file = cluster.resolve("postgresql.auto.conf");
        String before = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, before + String.join("\n", settings) + "\n");
        return this;
    }

    /** Starts it, and returns when it answers and takes writes. */
    public LocalPostgres start() throws SQLException {
        startStandby();
        return awaitWrites();
    }

    /** Starts it, and returns when it answers; a standby takes no writes. */
    public LocalPostgres startStandby() {
        run(
                programs,
                Map.of(),
                "pg_ctl",
                "-D",
                cluster.toString(),
                "-w",
                "-l",
                cluster.resolveSibling(cluster.getFileName() + ".log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
                "start");
        return this;
    }

    /** Lets a standby take over, and returns when it takes writes. */
    public LocalPostgres promote() throws SQLException {
        run(programs, Map.of(), "pg_ctl", "-D", cluster.toString(), "-w", "promote");
        return awaitWrites();
    }

    /** Ends it at once, as a machine that loses its power. */
    public void kill() {
        run(programs, Map.of(), "pg_ctl", "-D", cluster.toString(), "-m", "immediate", "-w", "stop");
    }

    private LocalPostgres awaitWrites() throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (answer("select pg_is_in_recovery()::text").equals("true")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("It is still recovering.");
            }
            Await.pause();
        }
        return this;
    }

    /** Runs a statement, and answers the first value. */
    public String answer(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "postgres", password);
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** Runs one of its own programs against it. */
    public String run(String program, String... arguments) {
        return run(programs, program, arguments);
    }

    /** Runs one of other programs against it. */
    public String run(Path others, String program, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of(program, "--host=127.0.0.1", "--port=" + port, "--username=postgres"));
        all.addAll(List.of(arguments));
        return run(others, Map.of("PGPASSWORD", password), all.toArray(String[]::new));
    }

    /** Runs a program, as somebody that PostgreSQL's programs accept, and answers what it said. */
    public static String run(Path programs, Map<String, String> environment, String... command) {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            all.addAll(List.of("unshare", "-U"));
        }
        all.add(programs.resolve(command[0]).toString());
        all.addAll(List.of(command).subList(1, command.length));
        try {
            Path output = Files.createTempFile("alloy-postgres", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                boolean ended = process.waitFor(120, TimeUnit.SECONDS);
                String said = Files.readString(output);
                if (!ended || process.exitValue() != 0) {
                    process.destroyForcibly();
                    throw new IllegalStateException(all + " failed: " + said);
                }
                return said;
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Where it listens. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Where it or the other listens, whichever takes writes. */
    public String urlOr(LocalPostgres other) {
        return "jdbc:postgresql://127.0.0.1:" + port + ",127.0.0.1:" + other.port
                + "/postgres?targetServerType=primary";
    }

    /** Ends it in order. */
    @Override
    public void close() {
        if (Files.exists(cluster.resolve("postmaster.pid"))) {
            run(programs, Map.of(), "pg_ctl", "-D", cluster.toString(), "-m", "fast", "-w", "stop");
        }
    }
}
