package dev.alloy.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** At most one server a data directory. The operating system gives the lock back when its holder dies in any way. */
final class DirectoryLock implements AutoCloseable {

    /**
     * What this process holds. Asking the file alone is not enough: POSIX drops a process's lock as soon as the process
     * closes any of its handles on the file, so a refused second attempt would free the first one's lock.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock or refuses at once.
     *
     * @param directory a real path, so two names of one directory are seen as one
     * @throws DatabaseNotUsable when another process, or this one, holds it
     */
    static DirectoryLock acquire(Path directory) throws IOException {
        if (!HELD.add(directory)) {
            throw inUse(directory);
        }
        FileChannel channel = null;
        try {
            Path file = directory.resolve("postgres.lock");
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            OwnerOnly.restrict(file);
            if (tryLock(channel) == null) {
                throw inUse(directory);
            }
            return new DirectoryLock(directory, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD.remove(directory);
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static DatabaseNotUsable inUse(Path directory) {
        return new DatabaseNotUsable(
                "The data directory " + directory + " is in use by another running Alloy.",
                "Stop the other instance, or give this one a directory of its own (alloy.data-dir or ALLOY_DATA_DIR)."
                        + " Several instances over the same data need one PostgreSQL server that all of them name in"
                        + " spring.datasource.url.");
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(directory);
        }
    }
}
