package dev.alloy.compiler;

import java.util.Locale;
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

    /** What was chosen where nothing could be. */
    static final String REFUSED = "refused";

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
}
