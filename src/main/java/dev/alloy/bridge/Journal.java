package dev.alloy.bridge;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps what a runner must still know after a crash. Each open attempt has a file, written before what it names is
 * done. Owner-only, since leases are in it; one process at a time.
 */
final class Journal implements AutoCloseable {

    private static final String SUFFIX = ".json";

    private final Path directory;
    private final CrashPoint checkpoint;
    private final FileChannel lockFile;
    private final EmittedRuns told;

    private Journal(Path directory, CrashPoint checkpoint, FileChannel lockFile, EmittedRuns told) {
        this.directory = directory;
        this.checkpoint = checkpoint;
        this.lockFile = lockFile;
        this.told = told;
    }

    /** Opens the journal. Refused while another process has it. */
    static Journal open(Path directory, CrashPoint checkpoint) {
        try {
            DurableFiles.directory(directory.resolve("runs"));
            DurableFiles.directory(directory.resolve("kept"));
            FileChannel lockFile =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lockFile)) {
                lockFile.close();
                throw new BridgeStopped(
                        ExitCode.FILES,
                        "Another bridge uses " + directory + ".",
                        "Stop it, or give this one a directory of its own with --state-dir.");
            }
            return new Journal(directory, checkpoint, lockFile, EmittedRuns.in(directory));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static boolean isLocked(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A directory for what is kept for people: results that were not taken, traces. */
    Path kept() {
        return directory.resolve("kept");
    }

    /** Begins an attempt of a run that is offered, with a claim of its own; one that was begun before keeps its claim. */
    JournaledAttempt begin(JsonNode request) {
        String id = ExecutionRequest.of(request).id();
        Optional<JournaledAttempt> before = all().stream()
                .filter(attempt -> attempt.id().equals(id) && attempt.stage() == AttemptStage.OFFERED)
                .findFirst();
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("claim", before.map(JournaledAttempt::acceptNonce).orElseGet(() -> UUID.randomUUID()
                .toString()));
        entry.set("request", request);
        var attempt = new JournaledAttempt(this, entry);
        attempt.reach(AttemptStage.OFFERED);
        return attempt;
    }

    /**
     * Something to answer for a run that is offered and will not be begun. Nothing of it is written down, so what is
     * known of it stays.
     */
    JournaledAttempt unwritten(JsonNode request) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("claim", UUID.randomUUID().toString());
        entry.set("request", request);
        return new JournaledAttempt(this, entry);
    }

    /** When Foundry was told of a run that may change code, or of the same work under another id; empty for all other runs. */
    Optional<EmittedRuns.EmittedRun> toldOf(ExecutionRequest request) {
        return told.find(request.id(), request.idempotencyKey());
    }

    /**
     * To be called before Foundry is told: a run that may change code is known from then on, also when all else of it
     * is gone.
     */
    void telling(JournaledAttempt attempt, Instant at) {
        ExecutionRequest request = attempt.request();
        if (!request.isMutating()) {
            return;
        }
        try {
            told.remember(new EmittedRuns.EmittedRun(request.id(), attempt.number(), request.idempotencyKey(), at));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /** Every attempt that is not over. */
    List<JournaledAttempt> all() {
        try (Stream<Path> files = Files.list(directory.resolve("runs"))) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(this::read)
                    .toList();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private JournaledAttempt read(Path file) {
        try {
            // Not as strict as what comes from others: a result is a text in it, of any length.
            if (JsonMapper.shared().readTree(Files.readAllBytes(file)) instanceof ObjectNode entry
                    && entry.path("request").isObject()) {
                var attempt = new JournaledAttempt(this, entry);
                attempt.stage();
                return attempt;
            }
            throw new IOException(file + " is no entry");
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw new BridgeStopped(
                    ExitCode.FILES,
                    "The journal entry " + file + " is damaged: " + e.getMessage(),
                    "Check how that run ended, and move the file away.");
        }
    }

    void write(JournaledAttempt attempt) {
        try {
            DurableFiles.replace(file(attempt), attempt.entry().toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
        checkpoint.passed("journal " + attempt.stage());
    }

    void remove(JournaledAttempt attempt) {
        try {
            DurableFiles.delete(file(attempt));
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private Path file(JournaledAttempt attempt) {
        return directory.resolve("runs").resolve(attempt.id() + SUFFIX);
    }

    private static BridgeStopped unusable(Path directory, IOException e) {
        return new BridgeStopped(
                ExitCode.FILES,
                "The journal in " + directory + " cannot be used: " + e,
                "Name a directory that the bridge can write with --state-dir.");
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
