package dev.alloy.console.web;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values of records as people read them: texts bare, all else as JSON. */
final class JsonText {

    private static final int LONGEST = 4_000;

    private JsonText() {}

    static String of(@Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return "–";
        }
        return shortened(value.isString() ? value.stringValue() : value.toString());
    }

    /** The same over several lines. */
    static String pretty(JsonMapper json, JsonNode value) {
        return shortened(json.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    }

    static String shortened(String text) {
        return shortened(text, LONGEST);
    }

    static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
