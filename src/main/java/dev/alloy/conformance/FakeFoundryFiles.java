package dev.alloy.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Foundry leaves on the disk: the events log, which has everything, and the traces of chains that ended. */
final class FakeFoundryFiles {

    private final FoundryHome home;

    FakeFoundryFiles(FoundryHome home) {
        this.home = home;
    }

    synchronized void append(FoundryEvent event) {
        try {
            Files.createDirectories(home.events());
            Files.writeString(
                    home.events().resolve(event.occurredAt().substring(0, "2026-01".length()) + ".jsonl"),
                    event.json() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String rootId, JsonNode trace) {
        Path day = home.traces()
                .resolve(WallClock.now().atOffset(ZoneOffset.UTC).toLocalDate().toString());
        try {
            Files.createDirectories(day);
            // Whoever finds it finds all of it.
            Path draft = Files.writeString(home.traces().resolveSibling(rootId + ".draft"), PrettyJson.of(trace));
            Files.move(draft, day.resolve(rootId + ".json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<JsonNode> read(String rootId) {
        if (!rootId.matches("[A-Za-z0-9_]+") || !Files.isDirectory(home.traces())) {
            return Optional.empty();
        }
        try (Stream<Path> days = Files.list(home.traces())) {
            Optional<Path> file = days.map(day -> day.resolve(rootId + ".json"))
                    .filter(Files::isRegularFile)
                    .findFirst();
            return file.isPresent()
                    ? Optional.of(JsonMapper.shared().readTree(Files.readString(file.get())))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
