package dev.alloy.compiler;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decision of a brief that would be another for what its installation reports now. Source: compiler.md, “When the
 * installation changes”.
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
     * What would be decided otherwise for another manifest or connection. Only choices count, not the manifest's words.
     * Pure; both sides are decided by this compiler, so a newer one is no difference by itself.
     *
     * @param pinned the input that the brief was compiled from
     * @param now the same with the manifest and the connection of now
     * @return the decisions that differ; empty when the target still holds
     */
    public static List<TargetDifference> between(CompilerInput pinned, CompilerInput now) {
        var findings = Compiler.check(now.sourceIntent(), now.repo().toJson(), now.projectId());
        if (!findings.isEmpty()) {
            // The rules have become stricter since.
            return List.of(new TargetDifference(
                    "source_intent",
                    "valid",
                    "valid",
                    ReportRow.REFUSED,
                    findings.get(0).detail()));
        }
        List<ReportRow> before =
                LoweringRules.decide(LoweringContext.of(pinned)).report();
        List<ReportRow> after = LoweringRules.decide(LoweringContext.of(now)).report();
        return Stream.concat(
                        after.stream()
                                .filter(row -> !isIn(row, before))
                                .map(row -> instead(row, counterpart(row, before))),
                        before.stream()
                                .filter(row -> counterpart(row, after).isEmpty())
                                .map(row -> new TargetDifference(
                                        row.feature(), row.wanted(), row.chosen(), null, row.because())))
                .toList();
    }

    private static TargetDifference instead(ReportRow row, Optional<ReportRow> pinned) {
        return new TargetDifference(
                row.feature(), row.wanted(), pinned.map(ReportRow::chosen).orElse(null), row.chosen(), row.because());
    }

    private static boolean isIn(ReportRow row, List<ReportRow> others) {
        return counterpart(row, others)
                .filter(other -> other.chosen().equals(row.chosen()))
                .isPresent();
    }

    private static Optional<ReportRow> counterpart(ReportRow row, List<ReportRow> others) {
        return others.stream()
                .filter(other ->
                        other.feature().equals(row.feature()) && other.wanted().equals(row.wanted()))
                .findFirst();
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
