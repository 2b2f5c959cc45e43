package dev.alloy.compiler;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decision of a brief that would be another for what its installation reports now. Source: compiler.md, “A compilation pins the
 * manifest's digest”.
 *
 * @param feature what was decided, as in the report
 * @param wanted what was wanted
 * @param pinned what the brief was compiled with; null when it had no such decision
 * @param now what would be chosen now, {@code refused} when nothing could be; null when there would be no such decision
 * @param because the reason of the newer decision, or of the pinned one where there is none
 */
public record TargetDifference(
        String feature,
        String wanted,
        @Nullable String pinned,
        @Nullable String now,
        String because) {

    /**
     * What would be decided otherwise than in a brief's report. Only choices count, not the manifest's words. Pure.
     *
     * @param input the brief's own input with the manifest and the connection of now
     * @param report the brief's report, a list of rows
     * @return the decisions that differ; empty when the target still holds
     */
    public static List<TargetDifference> of(CompilerInput input, JsonNode report) {
        var findings = Compiler.check(input.sourceIntent(), input.repo().toJson(), input.projectId());
        if (!findings.isEmpty()) {
            // The rules have become stricter since.
            return List.of(new TargetDifference(
                    "source_intent",
                    "valid",
                    "valid",
                    ReportRow.REFUSED,
                    findings.get(0).detail()));
        }
        List<Decided> before = report.valueStream().map(Decided::of).toList();
        List<Decided> after = LoweringRules.decide(Situation.of(input)).report().stream()
                .map(row -> Decided.of(row.toJson()))
                .toList();
        return Stream.concat(
                        after.stream()
                                .filter(now -> !now.isIn(before))
                                .map(now ->
                                        now.insteadOf(now.counterpart(before).orElse(null))),
                        before.stream()
                                .filter(pinned -> pinned.counterpart(after).isEmpty())
                                .map(Decided::gone))
                .toList();
    }

    private record Decided(String feature, String wanted, String chosen, String because) {

        static Decided of(JsonNode row) {
            return new Decided(
                    row.path("feature").asString(),
                    row.path("wanted").asString(),
                    row.path("chosen").asString(),
                    row.path("because").asString());
        }

        Optional<Decided> counterpart(List<Decided> others) {
            return others.stream()
                    .filter(other -> other.feature.equals(feature) && other.wanted.equals(wanted))
                    .findFirst();
        }

        boolean isIn(List<Decided> others) {
            return counterpart(others)
                    .filter(other -> other.chosen.equals(chosen))
                    .isPresent();
        }

        TargetDifference insteadOf(@Nullable Decided pinned) {
            return new TargetDifference(feature, wanted, pinned == null ? null : pinned.chosen, chosen, because);
        }

        TargetDifference gone() {
            return new TargetDifference(feature, wanted, chosen, null, because);
        }
    }

    /** The difference as it is stored and shown. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("feature", feature)
                .put("wanted", wanted)
                .put("pinned", pinned)
                .put("now", now)
                .put("because", because);
    }

    /** Reads what {@link #toJson} wrote. */
    public static TargetDifference of(JsonNode json) {
        return new TargetDifference(
                json.path("feature").asString(),
                json.path("wanted").asString(),
                text(json.path("pinned")),
                text(json.path("now")),
                json.path("because").asString());
    }

    private static @Nullable String text(JsonNode value) {
        return value.isString() ? value.stringValue() : null;
    }
}
