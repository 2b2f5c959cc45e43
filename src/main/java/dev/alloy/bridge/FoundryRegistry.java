package dev.alloy.bridge;

import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Foundry's registry of projects, read again each time. Foundry itself reads it once, when it starts. Source:
 * foundry.md, “Files”.
 */
final class FoundryRegistry {

    private final Path file;

    FoundryRegistry(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /**
     * A project as Foundry knows it.
     *
     * @param path where Foundry works
     * @param skipped whether Foundry passes it over
     * @param pushes whether Foundry pushes what it commits
     */
    record Project(String name, Path path, boolean skipped, boolean pushes) {}

    /** All projects. */
    List<Project> projects() {
        try {
            JsonNode registry = StrictJson.read(Files.readAllBytes(file));
            if (!registry.path("projects").isArray()) {
                throw unusable("names no list of projects");
            }
            return registry.path("projects").valueStream().map(this::project).toList();
        } catch (UnreadableJson e) {
            throw unusable("is not valid JSON: " + e.getMessage());
        } catch (IOException e) {
            throw unusable("cannot be read: " + e);
        }
    }

    Optional<Project> find(String name) {
        return projects().stream()
                .filter(project -> project.name().equals(name))
                .findFirst();
    }

    private Project project(JsonNode entry) {
        JsonNode skip = entry.path("skip");
        boolean skipped = skip.isString() ? !skip.asString().isEmpty() : skip.isBoolean() && skip.booleanValue();
        return new Project(
                entry.path("name").asString(""),
                Path.of(entry.path("path").asString("")),
                skipped,
                entry.path("actions").path("push").asBoolean(false));
    }

    private BridgeStopped unusable(String why) {
        return new BridgeStopped(
                ExitCode.FOUNDRY,
                "Foundry's registry " + file + " " + why + ".",
                "Name the file that foundryd reads with --foundry-registry or FOUNDRY_REGISTRY_PATH.");
    }
}
