package dev.alloy.compiler;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a run works. Checked by the compiler, not here. Source: compiler.md, “Input”.
 *
 * @param path absolute path of the working copy on the runner's machine
 * @param revision 4 to 64 lower-case hexadecimal digits
 * @param branch branch to work on, or null for the default {@code alloy/{project}/{first 8 digits of the intent's digest}}
 */
public record RepoContext(
        String path, String revision, @Nullable String branch) {

    /** Reads a place that {@link Compiler#check} has nothing against. */
    public static RepoContext of(JsonNode repo) {
        JsonNode branch = repo.path("branch");
        return new RepoContext(
                repo.path("path").asString(),
                repo.path("revision").asString(),
                branch.isString() ? branch.stringValue() : null);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("path", path).put("revision", revision);
        if (branch != null) {
            json.put("branch", branch);
        }
        return json;
    }
}
