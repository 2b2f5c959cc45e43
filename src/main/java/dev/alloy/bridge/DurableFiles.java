package dev.alloy.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes files that only their owner may read, atomically and durably. */
final class DurableFiles {

    private DurableFiles() {}

    /** Makes the directory, and those above it that are missing. */
    static void directory(Path directory) throws IOException {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
    }

    /** Writes a file in place of what it was. */
    static void replace(Path file, byte[] content) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(draft);
        write(draft, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        settle(file);
    }

    /** Takes a file away. */
    static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            settle(file);
        }
    }

    /** Makes a file that must not be there yet, empty. */
    static void reserve(Path file) throws IOException {
        write(file, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        settle(file);
    }

    /** Whether users other than the owner may read the file. */
    static boolean isOpenToOthers(Path file) throws IOException {
        return hasPermissions(file)
                && Files.getPosixFilePermissions(file).stream()
                        .anyMatch(permission -> permission != PosixFilePermission.OWNER_READ
                                && permission != PosixFilePermission.OWNER_WRITE
                                && permission != PosixFilePermission.OWNER_EXECUTE);
    }

    private static void write(Path file, byte[] content, OpenOption... options) throws IOException {
        try (var channel = FileChannel.open(file, Set.of(options), ownerOnly(file, "rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void settle(Path file) throws IOException {
        if (hasPermissions(file)) {
            // Elsewhere a directory cannot be opened.
            try (var channel = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file, String permissions) {
        return hasPermissions(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
