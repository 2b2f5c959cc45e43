package dev.alloy.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own with its data in a directory, for an Alloy that was given no database. It listens on
 * 127.0.0.1 only, on a port that changes with every start, and admits no client without the generated password.
 *
 * <p>Survives its own death and that of its owner: {@link #start} stops a server that was left behind, removes what a
 * crash has left unfinished, and never touches a process or a directory that is not its own.
 */
public final class EmbeddedServer implements AutoCloseable {

    /** The major version of the binaries on the class path. */
    static final String MAJOR = "18";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private final DataDirectory directory;
    private final DirectoryLock lock;
    private final EmbeddedPostgres server;
    private final String password;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedServer(DataDirectory directory, DirectoryLock lock, EmbeddedPostgres server, String password) {
        this.directory = directory;
        this.lock = lock;
        this.server = server;
        this.password = password;
    }

    /**
     * Starts the server, making the directory and the database when they are missing, and returns when it answers.
     *
     * @param dataDirectory where everything the server owns is kept
     * @throws RuntimeException with a message for the operator when it cannot start, for instance because the directory is
     *     in use
     */
    public static EmbeddedServer start(Path dataDirectory) {
        return start(dataDirectory, dataDirectory.resolve("postgres-binaries"));
    }

    /** As {@link #start(Path)}, with the server's programs unpacked elsewhere. */
    static EmbeddedServer start(Path dataDirectory, Path binaries) {
        ServerLaunch.requireAUserPostgresAccepts();
        try {
            var directory = DataDirectory.open(dataDirectory);
            var lock = DirectoryLock.acquire(directory.root());
            try {
                return start(directory, lock, binaries.toAbsolutePath().normalize());
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(dataDirectory, e);
        }
    }

    private static EmbeddedServer start(DataDirectory directory, DirectoryLock lock, Path binaries) throws IOException {
        new Postmaster(directory.cluster()).clear();
        directory.prepareCluster(MAJOR);
        String password = directory.password();
        var server = new ServerLaunch(directory, binaries, password).start();
        LOG.info(
                "Embedded PostgreSQL keeps its data in {} and listens on 127.0.0.1:{}",
                directory.cluster(),
                server.getPort());
        return new EmbeddedServer(directory, lock, server, password);
    }

    private static DatabaseNotUsable unreadable(Path dataDirectory, IOException e) {
        return new DatabaseNotUsable(
                "The data directory " + dataDirectory.toAbsolutePath().normalize() + " cannot be used: " + e,
                "Give the user that runs Alloy a directory it may write (alloy.data-dir or ALLOY_DATA_DIR), or name another"
                        + " PostgreSQL in spring.datasource.url.",
                e);
    }

    /** The JDBC URL, without credentials. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    /** The role to connect as: the owner of everything. */
    public String username() {
        return "postgres";
    }

    /** The generated password. */
    public String password() {
        return password;
    }

    /** Disconnects every client, writes a checkpoint and waits until the server has ended. Does nothing the second time. */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            var postmaster = new Postmaster(directory.cluster());
            var process = postmaster.running().stream().toList();
            server.close();
            // The library gives up after a few seconds and only logs it, or returns while the process is still ending.
            postmaster.clear();
            postmaster.awaitEnd(process);
        } finally {
            lock.close();
        }
    }
}
