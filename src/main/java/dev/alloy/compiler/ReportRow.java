package dev.alloy.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One decision of the compiler and why it was taken. Source: compiler.md, “Output”, 6.
 *
 * @param feature what was decided, such as {@code prompt_pack}
 * @param wanted what the intent, or the best target, asks for
 * @param manifestPointer JSON Pointer into the manifest, or null when the manifest had no say
 * @param manifestValue what the manifest holds there; null when nothing
 * @param chosen what was taken; equal to {@code wanted} when nothing had to be lowered
 * @param severity how much is lost
 * @param because the reason, a sentence
 * @param wouldImproveWith what would make the choice better, or null when it cannot be better
 */
public record ReportRow(
        String feature,
        String wanted,
        @Nullable String manifestPointer,
        @Nullable JsonNode manifestValue,
        String chosen,
        Severity severity,
        String because,
        @Nullable String wouldImproveWith) {

    /** How much a decision costs. */
    public enum Severity {
        /** Nothing is lost. */
        INFO,
        /** It works, with less than was wanted. */
        WARNING,
        /** Something wanted will not happen. */
        GAP;

        /** The name in documents: {@code info}, {@code warning} or {@code gap}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the decision gave what was wanted. */
    public boolean isAsWanted() {
        return chosen.equals(wanted);
    }

    /** The row as the report shows it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("feature", feature);
        json.put("wanted", wanted);
        json.put("manifest_pointer", manifestPointer);
        json.set("manifest_value", manifestValue == null ? json.nullNode() : manifestValue.deepCopy());
        json.put("chosen", chosen);
        json.put("severity", severity.wire());
        json.put("because", because);
        json.put("would_improve_with", wouldImproveWith);
        return json;
    }

    /** Whether both rows decide the same question. */
    public boolean decidesTheSameAs(ReportRow other) {
        return feature.equals(other.feature) && wanted.equals(other.wanted);
    }

    /**
     * The rows of a later compilation that decide otherwise than the earlier one did, followed by earlier rows that have no
     * counterpart any more. Empty means: the target still holds. Only choices count, not the manifest's words.
     */
    public static List<ReportRow> differences(List<ReportRow> earlier, List<ReportRow> later) {
        List<ReportRow> differing = new ArrayList<>();
        for (ReportRow row : later) {
            Optional<ReportRow> before = counterpart(row, earlier);
            if (before.isEmpty() || !before.get().chosen.equals(row.chosen)) {
                differing.add(row);
            }
        }
        for (ReportRow row : earlier) {
            if (counterpart(row, later).isEmpty()) {
                differing.add(row);
            }
        }
        return List.copyOf(differing);
    }

    private static Optional<ReportRow> counterpart(ReportRow row, List<ReportRow> among) {
        return among.stream().filter(row::decidesTheSameAs).findFirst();
    }
}
