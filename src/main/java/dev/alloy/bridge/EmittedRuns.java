package dev.alloy.bridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The mutating runs of which Foundry was told, also when they are long over. No server offers one again but one whose database was put back to
 * an earlier moment. Source: docs/runner-protocol.md, “When never to emit”.
 */
final class EmittedRuns {

    /** Months of work for one runner; what is older than this many is forgotten. */
    private static final int MOST = 5_000;

    private final Path file;
    private final Deque<EmittedRun> told = new ArrayDeque<>();

    private EmittedRuns(Path file) {
        this.file = file;
    }

    /**
     * A run of which Foundry was told.
     *
     * @param key the request's idempotency key: the same work has the same one, under whatever id
     */
    record EmittedRun(String run, int attempt, String key, Instant at) {

        private String line() {
            return run + " " + attempt + " " + (key.isEmpty() ? "-" : key) + " " + at;
        }

        private static EmittedRun read(String line) throws IOException {
            String[] parts = line.split(" ", -1);
            try {
                return new EmittedRun(parts[0], Integer.parseInt(parts[1]), parts[2], Instant.parse(parts[3]));
            } catch (RuntimeException e) {
                throw new IOException("'" + line + "' is no entry", e);
            }
        }
    }

    /** Reads what was written before. */
    static EmittedRuns in(Path directory) throws IOException {
        var runs = new EmittedRuns(directory.resolve("told-runs"));
        if (Files.exists(runs.file)) {
            for (String line : Files.readAllLines(runs.file)) {
                runs.told.add(EmittedRun.read(line));
            }
        }
        return runs;
    }

    /** Remembers a run for good, on the disk, before Foundry is told. */
    void remember(EmittedRun run) throws IOException {
        told.add(run);
        while (told.size() > MOST) {
            told.removeFirst();
        }
        var lines = new StringBuilder();
        told.forEach(one -> lines.append(one.line()).append('\n'));
        DurableFiles.replace(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** What is known of a run, or of the same work under another id. */
    Optional<EmittedRun> find(String run, String key) {
        return told.stream()
                .filter(one ->
                        one.run().equals(run) || !key.isEmpty() && one.key().equals(key))
                .findFirst();
    }
}
