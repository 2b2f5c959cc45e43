package dev.alloy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the demo must remember itself because the API shows it once: tokens, the runner's key and lease, a result not answered
 * yet. Everything else is looked up. One JSON object in a file that only its owner may read; it is on the disk before
 * {@link #write} returns, the old one or the new one whatever happens.
 */
final class DemoJournal {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FINISHED = "finished";

    private final Path directory;
    private final Path file;
    private final DemoCheckpoint checkpoint;

    /**
     * @param directory made when it is missing
     */
    DemoJournal(Path directory, DemoCheckpoint checkpoint) {
        this.directory = directory;
        this.file = directory.resolve("journal.json");
        this.checkpoint = checkpoint;
    }

    /** An entry; empty when it was never written. */
    Optional<ObjectNode> find(String entry) {
        return read().get(entry) instanceof ObjectNode value ? Optional.of(value) : Optional.empty();
    }

    /** Writes an entry, in place of what it was. */
    void write(String entry, ObjectNode value) {
        ObjectNode entries = read();
        entries.set(entry, value);
        store(entries);
    }

    /** Notes how the demo ended and forgets every secret. */
    void finish(ObjectNode ending) {
        store(JsonNodeFactory.instance.objectNode().set(FINISHED, ending));
    }

    /** How the demo ended; empty while it has not. */
    Optional<ObjectNode> finished() {
        return find(FINISHED);
    }

    /** Begins again, for another database. */
    void clear() {
        store(JsonNodeFactory.instance.objectNode());
    }

    private ObjectNode read() {
        try {
            if (Files.notExists(file)) {
                return JsonNodeFactory.instance.objectNode();
            }
            JsonNode entries = JSON.readTree(Files.readAllBytes(file));
            if (entries instanceof ObjectNode object) {
                return object;
            }
            throw unreadable();
        } catch (JacksonException e) {
            throw unreadable();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DemoStopped unreadable() {
        return new DemoStopped("its journal " + file + " is damaged. Delete it and start again.");
    }

    private void store(ObjectNode entries) {
        try {
            Files.createDirectories(directory, ownerOnly("rwx------"));
            Path draft = directory.resolve("journal.json.tmp");
            Files.deleteIfExists(draft);
            writeThrough(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(entries));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (hasPermissions()) {
                // Elsewhere a directory cannot be opened.
                try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The demo cannot write its journal " + file + ": " + e, e);
        }
        checkpoint.passed();
    }

    private void writeThrough(Path draft, byte[] text) throws IOException {
        try (var channel = FileChannel.open(
                draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly("rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return hasPermissions()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private boolean hasPermissions() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
