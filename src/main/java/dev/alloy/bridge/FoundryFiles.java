package dev.alloy.bridge;

import dev.alloy.contract.foundry.ProcessResultReader;
import dev.alloy.contract.foundry.TraceBytes;
import dev.alloy.contract.foundry.TraceFacts;
import dev.alloy.contract.foundry.UnreadableTrace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what Foundry leaves on the disk: the traces of ended chains, and the log of all events, which survives a crash.
 * Source: foundry.md, “Files”.
 */
final class FoundryFiles {

    private static final Pattern EVENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final int LONGEST_LINE = 4 << 20;
    private static final int MONTHS = 2;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path traces;
    private final Path events;

    FoundryFiles(Path traces, Path events) {
        this.traces = traces;
        this.events = events;
    }

    /** Whether the text has the form of an event's id. */
    static boolean isEventId(String text) {
        return EVENT_ID.matcher(text).matches();
    }

    /** Whether traces can be read here. The directory is made with the first one. */
    boolean canReadTraces() {
        return Files.isReadable(traces) || Files.notExists(traces);
    }

    /** Whether the log can be read here, so what is not in it did not happen. */
    boolean canReadEvents() {
        return Files.isReadable(events);
    }

    /** The file of a trace, whichever day it is of. */
    Optional<Path> trace(String rootEvent) {
        if (!EVENT_ID.matcher(rootEvent).matches() || !Files.isDirectory(traces)) {
            return Optional.empty();
        }
        try (Stream<Path> days = Files.list(traces)) {
            return days.map(day -> day.resolve(rootEvent + ".json"))
                    .filter(Files::isRegularFile)
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads a trace; fails while it is not written to its end. */
    static ObjectNode summary(Path file) throws IOException, UnreadableTrace {
        try (var in = Files.newInputStream(file);
                var parser = ProcessResultReader.FACTORY.createParser(ObjectReadContext.empty(), in);
                var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TraceFacts facts = ProcessResultReader.read(parser, new OnDisk(channel, channel.size()));
            return facts.summary();
        }
    }

    /**
     * The first event in the log that is meant, of this month or the one before. Stops where the log cannot be read:
     * then it is unknown.
     */
    Optional<String> root(Predicate<JsonNode> meant, Instant since) {
        if (!canReadEvents()) {
            throw new BridgeStopped(
                    ExitCode.FOUNDRY,
                    "Foundry's log of events cannot be read in " + events + ".",
                    "Let this user read it, and name its directory with --foundry-events.");
        }
        for (Path log : logs()) {
            Optional<String> found = rootIn(log, meant, since);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private List<Path> logs() {
        if (!Files.isDirectory(events)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(events)) {
            List<Path> logs = new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().endsWith(".jsonl"))
                            .sorted(Comparator.reverseOrder())
                            .limit(MONTHS)
                            .toList());
            logs.sort(Comparator.naturalOrder());
            return logs;
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<String> rootIn(Path log, Predicate<JsonNode> meant, Instant since) {
        // A line in which something is not UTF-8 has an id all the same.
        try (var lines = new BufferedReader(new InputStreamReader(Files.newInputStream(log), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = line.length() > LONGEST_LINE ? null : read(line);
                if (event != null && meant.test(event) && !isBefore(event, since)) {
                    return Optional.of(event.path("id").asString(""))
                            .filter(id -> EVENT_ID.matcher(id).matches());
                }
            }
        } catch (IOException e) {
            throw new BridgeStopped(ExitCode.FOUNDRY, log + " cannot be read: " + e, "Let this user read it.");
        }
        return Optional.empty();
    }

    private static boolean isBefore(JsonNode event, Instant since) {
        try {
            return Instant.parse(event.path("recorded_at").asString("")).isBefore(since);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** A line that is being written is none yet. */
    private static @Nullable JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return null;
        }
    }

    private record OnDisk(FileChannel file, long size) implements TraceBytes {

        @Override
        public byte[] read(long start, int count) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, Math.max(size - start, 0)));
            while (bytes.hasRemaining() && file.read(bytes, start + bytes.position()) >= 0) {
                // The channel gives as much as it likes at a time.
            }
            return bytes.array();
        }
    }
}
