package dev.alloy.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The files of a Foundry: its registry, and what it writes. */
final class FoundryHome {

    private final Path home;

    FoundryHome(Path home) {
        this.home = home;
    }

    /** A registered project. */
    record Project(String name, Path path, boolean pushes) {}

    Path registry() {
        return home.resolve("registry.json");
    }

    Path traces() {
        return home.resolve("traces");
    }

    Path events() {
        return home.resolve("events");
    }

    void register(String name, Path path, String branch) {
        try {
            Files.createDirectories(home);
            ObjectNode registry = Files.exists(registry())
                    ? (ObjectNode) JsonMapper.shared().readTree(Files.readString(registry()))
                    : JsonNodeFactory.instance.objectNode().put("version", 2);
            registry.withArray("projects")
                    .addObject()
                    .put("name", name)
                    .put("path", path.toString())
                    .put("stack", "rust")
                    .put("agent", "craftsperson")
                    .put("repo", "")
                    .put("branch", branch)
                    .putObject("actions")
                    .put("iterate", true)
                    .put("push", false);
            Files.writeString(registry(), PrettyJson.of(registry));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the registry says now; the daemon reads it when it starts, and never again. */
    Map<String, Project> projects() {
        Map<String, Project> projects = new HashMap<>();
        if (Files.exists(registry())) {
            try {
                for (JsonNode one : JsonMapper.shared()
                        .readTree(Files.readString(registry()))
                        .path("projects")) {
                    String name = one.path("name").asString("");
                    projects.put(
                            name,
                            new Project(
                                    name,
                                    Path.of(one.path("path").asString("")),
                                    one.path("actions").path("push").asBoolean(false)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return projects;
    }
}
