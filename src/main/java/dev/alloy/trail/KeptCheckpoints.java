package dev.alloy.trail;

import dev.alloy.database.DataHome;
import dev.alloy.database.OwnerOnly;
import dev.alloy.signing.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the newest checkpoint of each chain in the replica's data directory. An attacker who truncates the log in the
 * database does not reach it there.
 */
@Component
class KeptCheckpoints {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DIRECTORY = "audit-checkpoints";

    /** No organization may be called so. */
    private static final String OF_NONE = "-";

    private final Path directory;
    private final Map<String, Long> known = new ConcurrentHashMap<>();

    KeptCheckpoints(DataHome home) {
        this.directory = home.resolve(DIRECTORY);
    }

    /** Where they are in a data directory. */
    static Path in(Path home) {
        return home.resolve(DIRECTORY);
    }

    /** Keeps a checkpoint unless a newer one is kept already. */
    void keep(@Nullable String organization, Envelope envelope) {
        Checkpoint checkpoint = Checkpoint.read(envelope.payloadBytes());
        String chain = organization == null ? OF_NONE : organization;
        if (checkpoint == null || number(organization) >= checkpoint.number()) {
            return;
        }
        try {
            long before = of(directory, organization).map(Checkpoint::number).orElse(0L);
            if (before < checkpoint.number()) {
                OwnerOnly.createDirectory(directory);
                OwnerOnly.write(file(directory, organization), JSON.writeValueAsString(envelope) + "\n");
            }
            known.put(chain, Math.max(before, checkpoint.number()));
        } catch (IOException e) {
            throw new UncheckedIOException("The newest checkpoint of the audit log cannot be kept in " + directory, e);
        }
    }

    /** The number of the newest one of a chain, as this process knows; 0 for none. */
    long number(@Nullable String organization) {
        return known.getOrDefault(organization == null ? OF_NONE : organization, 0L);
    }

    /** The organizations of which there is one; null for what belongs to none. */
    List<@Nullable String> organizations() {
        return organizations(directory);
    }

    /** The same in a directory that was copied from a replica. */
    static List<@Nullable String> organizations(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<@Nullable String> found = new ArrayList<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .forEach(name -> found.add(name.equals(OF_NONE) ? null : name));
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("The checkpoints in " + directory + " cannot be listed", e);
        }
    }

    /**
     * A file as it is.
     *
     * @param file its name
     * @param organizationId of whose chain its name says it is; null for what belongs to none
     * @param checkpoint null where the file holds none
     */
    record Kept(
            String file,
            @Nullable String organizationId,
            byte[] content,
            @Nullable Checkpoint checkpoint) {}

    /** Every file that is kept, readable or not. */
    List<Kept> all() {
        List<Kept> all = new ArrayList<>();
        for (String organization : organizations()) {
            Path file = file(directory, organization);
            try {
                byte[] content = Files.readAllBytes(file);
                all.add(new Kept(String.valueOf(file.getFileName()), organization, content, read(content)));
            } catch (IOException e) {
                throw new UncheckedIOException("The checkpoint in " + file + " cannot be read", e);
            }
        }
        return all;
    }

    private static @Nullable Checkpoint read(byte[] content) {
        try {
            String payload = JSON.readTree(content).path("payload").asString("");
            return Checkpoint.read(Base64.getDecoder().decode(payload));
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The newest one of a chain. */
    Optional<Checkpoint> of(@Nullable String organization) {
        return of(directory, organization);
    }

    /** The same in a directory that was copied from a replica. */
    static Optional<Checkpoint> of(Path directory, @Nullable String organization) {
        Path file = file(directory, organization);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Checkpoint checkpoint = read(Files.readAllBytes(file));
            if (checkpoint == null) {
                throw new IllegalStateException("The file " + file + " holds no checkpoint");
            }
            return Optional.of(checkpoint);
        } catch (IOException e) {
            throw new UncheckedIOException("The checkpoint in " + file + " cannot be read", e);
        }
    }

    private static Path file(Path directory, @Nullable String organization) {
        return directory.resolve((organization == null ? OF_NONE : organization) + ".json");
    }
}
