package dev.alloy.account;

import dev.alloy.contract.Revisions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Compares two reports on one run, such as Foundry's callback and the runner's result. They conflict if status,
 * revisions, gates or changes differ. Pure. Source: outcome.md, “The audit answer”.
 */
public final class ConflictingReports {

    private static final List<String> PLAIN =
            List.of("brief_id", "brief_digest", "project_id", "throttle", "entry_event", "status");
    private static final List<String> REVISIONS = List.of("repo_revision_before", "repo_revision_after");
    private static final List<String> OF_CHANGES =
            List.of("pushed", "gate_file_digest_before", "gate_file_digest_after");
    private static final List<String> LISTS =
            List.of("files_changed", "commits", "mutators_executed", "mutators_simulated");

    private ConflictingReports() {}

    /** Whether the two documents differ in what matters. A member that is null says as little as one that is missing. */
    public static boolean differ(JsonNode one, JsonNode other) {
        JsonNode changes = one.path("changes");
        JsonNode otherChanges = other.path("changes");
        return PLAIN.stream().anyMatch(member -> !said(one, member).equals(said(other, member)))
                || REVISIONS.stream().anyMatch(member -> areOther(said(one, member), said(other, member)))
                || OF_CHANGES.stream().anyMatch(member -> !said(changes, member).equals(said(otherChanges, member)))
                || LISTS.stream().anyMatch(member -> !listed(changes, member).equals(listed(otherChanges, member)))
                || one.path("simulated").booleanValue(false)
                        != other.path("simulated").booleanValue(false)
                || !gates(one).equals(gates(other))
                || ranOther(one, other);
    }

    /** Whether both tell the command of a gate, and not the same one. */
    private static boolean ranOther(JsonNode one, JsonNode other) {
        Map<String, String> commands = commands(one);
        return commands(other).entrySet().stream()
                .anyMatch(gate -> !gate.getValue().equals(commands.getOrDefault(gate.getKey(), gate.getValue())));
    }

    private static Map<String, String> commands(JsonNode document) {
        return document.path("gates")
                .valueStream()
                .filter(gate -> gate.path("command").isString())
                .collect(Collectors.toMap(
                        gate -> gate.path("phase").asString("") + "/"
                                + gate.path("name").asString(""),
                        gate -> gate.path("command").asString(),
                        (first, second) -> first + "\n" + second));
    }

    /** The names of the gates that the document says failed, in any phase; at most 200. */
    public static List<String> failedGates(JsonNode document) {
        return document.path("gates")
                .valueStream()
                .map(ReportedResult.Gate::of)
                .filter(gate -> gate.ran() && !gate.passed())
                .map(ReportedResult.Gate::name)
                .distinct()
                .limit(200)
                .toList();
    }

    private static String said(JsonNode document, String member) {
        JsonNode value = document.path(member);
        return value.isMissingNode() || value.isNull() ? "" : value.asString();
    }

    /** Either may be shortened. */
    private static boolean areOther(String revision, String other) {
        return revision.isEmpty() != other.isEmpty() || !Revisions.areOne(revision, other);
    }

    /** Empty where there is no list: saying nothing is not saying “none”. */
    private static Optional<Set<String>> listed(JsonNode changes, String member) {
        JsonNode list = changes.path(member);
        return list.isArray()
                ? Optional.of(list.valueStream().map(JsonNode::asString).collect(Collectors.toSet()))
                : Optional.empty();
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
