package dev.alloy.bridge;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was seen of a working copy at one moment; each part is null where it could not be read. Source: witnesses.md, “The account”.
 *
 * @param head the commit that HEAD names
 * @param branch the branch that is checked out; {@code HEAD} where none is
 * @param tree the tree of all files as they lie there, committed or not
 * @param clean whether everything is committed
 */
record WorkingCopySnapshot(
        @Nullable String head,
        @Nullable String branch,
        @Nullable String tree,
        @Nullable Boolean clean) {

    /** Nothing was looked at. */
    static final WorkingCopySnapshot NONE = new WorkingCopySnapshot(null, null, null, null);

    ObjectNode json() {
        ObjectNode look = JsonNodeFactory.instance.objectNode();
        look.put("head", head).put("branch", branch).put("tree", tree).put("clean", clean);
        return look;
    }

    static WorkingCopySnapshot of(JsonNode look) {
        JsonNode clean = look.path("clean");
        return new WorkingCopySnapshot(
                look.path("head").asStringOpt().orElse(null),
                look.path("branch").asStringOpt().orElse(null),
                look.path("tree").asStringOpt().orElse(null),
                clean.isBoolean() ? clean.booleanValue() : null);
    }

    /** Writes what was read, each member with this ending. */
    void into(ObjectNode observed, String ending) {
        put(observed, "head" + ending, head);
        put(observed, "branch" + ending, branch);
        put(observed, "tree" + ending, tree);
        if (clean != null) {
            observed.put("clean" + ending, clean);
        }
    }

    private static void put(ObjectNode observed, String member, @Nullable String value) {
        if (value != null) {
            observed.put(member, value);
        }
    }
}
