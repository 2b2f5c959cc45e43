package dev.alloy.outcome;

import dev.alloy.trace.JudgedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Where a believed trace and the result of the same run tell different stories. Pure. Source: foundry.md, trap 5. */
final class Contradictions {

    private Contradictions() {}

    /** A sentence for each; none where they agree, or where one of them is silent. */
    static List<String> between(JudgedTrace trace, JsonNode changes) {
        List<String> found = new ArrayList<>();
        JsonNode summary = trace.summary();
        unlisted(summary.path("mutators_executed"), changes.path("mutators_executed"))
                .forEach(block -> found.add("The trace shows that " + block
                        + " ran; the result does not list it among the mutators executed."));
        unlisted(changes.path("mutators_executed"), summary.path("mutators_executed"))
                .forEach(block -> found.add("The result says that " + block + " ran; the trace does not show it."));
        boolean saysNone =
                changes.path("commits").isArray() && changes.path("commits").isEmpty();
        if (saysNone && !summary.path("commits").isEmpty()) {
            found.add("The trace shows a commit; the result lists none.");
        }
        boolean pushed =
                summary.path("pushed").isBoolean() && summary.path("pushed").booleanValue();
        if (pushed
                && changes.path("pushed").isBoolean()
                && !changes.path("pushed").booleanValue()) {
            found.add("The trace shows a push; the result says that nothing was pushed.");
        }
        return found;
    }

    private static Set<String> unlisted(JsonNode told, JsonNode listed) {
        if (!told.isArray() || !listed.isArray()) {
            return Set.of();
        }
        Set<String> missing = new TreeSet<>(texts(told));
        missing.removeAll(texts(listed));
        return missing;
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(item -> item.asString("")).collect(Collectors.toSet());
    }
}
