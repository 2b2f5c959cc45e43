package dev.alloy.outcome;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Whether two words on one run, such as Foundry's callback and the runner's own report, say the same of what matters: status,
 * revisions, gates, changes. Pure. Source: outcome.md, “The audit answer”.
 */
final class TwoWords {

    private static final List<String> PLAIN = List.of("status", "repo_revision_before", "repo_revision_after");
    private static final List<String> OF_CHANGES = List.of(
            "files_changed",
            "commits",
            "pushed",
            "mutators_executed",
            "mutators_simulated",
            "gate_file_digest_before",
            "gate_file_digest_after");

    private TwoWords() {}

    /** Whether the two documents differ in what matters. A member that is null says as little as one that is missing. */
    static boolean differ(JsonNode one, JsonNode other) {
        return PLAIN.stream().anyMatch(member -> differ(one, other, member))
                || OF_CHANGES.stream().anyMatch(member -> differ(one.path("changes"), other.path("changes"), member))
                || !gates(one).equals(gates(other));
    }

    private static boolean differ(JsonNode one, JsonNode other, String member) {
        return !Objects.equals(said(one.path(member)), said(other.path(member)));
    }

    private static Object said(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "" : value;
    }

    private record Outcome(String name, String phase, String status, boolean required) {}

    /** How long a gate took, and how it put it, may well be told otherwise. */
    private static Set<Outcome> gates(JsonNode document) {
        return document.path("gates")
                .valueStream()
                .map(gate -> new Outcome(
                        gate.path("name").asString(""),
                        gate.path("phase").asString(""),
                        gate.path("status").asString(""),
                        gate.path("required").booleanValue(false)))
                .collect(Collectors.toSet());
    }
}
