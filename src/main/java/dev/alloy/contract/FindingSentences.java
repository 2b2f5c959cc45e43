package dev.alloy.contract;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * What a person reads about a broken schema rule. A sentence is made from the schema alone and the kind of value that was
 * found, never from the value, so that it can neither grow with the input nor carry it into a log.
 */
final class FindingSentences {

    private static final Map<String, Function<Error, String>> BY_KEYWORD = Map.ofEntries(
            Map.entry("required", error -> "This member is required."),
            Map.entry("additionalProperties", error -> "There is no such member here; check its spelling."),
            Map.entry("unevaluatedProperties", error -> "There is no such member here; check its spelling."),
            Map.entry("propertyNames", error -> "A member of this name is not allowed here."),
            Map.entry(
                    "type",
                    error -> "Expected " + types(error.getSchemaNode()) + ", found " + found(error.getInstanceNode())
                            + "."),
            Map.entry("enum", error -> "The value must be one of: " + values(error.getSchemaNode()) + "."),
            Map.entry("const", error -> "The value must be " + values(error.getSchemaNode()) + "."),
            Map.entry("pattern", error -> patternSentence(error.getSchemaNode().asString())),
            Map.entry("format", error -> formatSentence(error.getSchemaNode().asString())),
            Map.entry("minLength", error -> "The text must have " + atLeast(error, "character") + "."),
            Map.entry("maxLength", error -> "The text must have " + atMost(error, "character") + "."),
            Map.entry("minItems", error -> "The list must have " + atLeast(error, "item") + "."),
            Map.entry("maxItems", error -> "The list must have " + atMost(error, "item") + "."),
            Map.entry("minProperties", error -> "The object must have " + atLeast(error, "member") + "."),
            Map.entry("maxProperties", error -> "The object must have " + atMost(error, "member") + "."),
            Map.entry("minimum", error -> "The number must be " + limit(error) + " or more."),
            Map.entry("maximum", error -> "The number must be " + limit(error) + " or less."),
            Map.entry("uniqueItems", error -> "The list must not hold the same item twice."));

    private FindingSentences() {}

    static String of(Error error) {
        return BY_KEYWORD
                .getOrDefault(error.getKeyword(), other -> "The value breaks the rule " + other.getKeyword() + ".")
                .apply(error);
    }

    private static String types(JsonNode schema) {
        List<String> names = new ArrayList<>();
        if (schema.isArray()) {
            schema.forEach(type -> names.add(withArticle(type.asString())));
        } else {
            names.add(withArticle(schema.asString()));
        }
        return String.join(" or ", names);
    }

    private static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a string";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "something else";
        };
    }

    private static String withArticle(String type) {
        return switch (type) {
            case "array" -> "a list";
            case "object", "integer" -> "an " + type;
            case "null" -> "null";
            default -> "a " + type;
        };
    }

    private static String values(JsonNode schema) {
        if (!schema.isArray()) {
            return CanonicalJson.text(schema).replace("\"", "");
        }
        List<String> allowed = new ArrayList<>();
        schema.forEach(value -> allowed.add(CanonicalJson.text(value).replace("\"", "")));
        return String.join(", ", allowed);
    }

    private static String patternSentence(String pattern) {
        return switch (pattern) {
            case "\\S" -> "The text must not be blank.";
            case "^sha256:[0-9a-f]{64}$" -> "A digest is sha256: followed by 64 lower-case hexadecimal digits.";
            case "^[0-9a-f]{4,64}$" -> "A revision is 4 to 64 lower-case hexadecimal digits.";
            case "^[0-9a-f]{32}$" -> "A trace id is 32 lower-case hexadecimal digits.";
            default -> "The text must match the pattern " + pattern + ".";
        };
    }

    private static String formatSentence(String format) {
        return switch (format) {
            case "date-time" -> "An instant is RFC 3339 with an offset, such as 2026-01-31T12:00:00Z.";
            case "date" -> "A day of the calendar, such as 2026-01-31.";
            case "uri" -> "The text must be an absolute URI.";
            default -> "The text must be of the format " + format + ".";
        };
    }

    private static String atLeast(Error error, String unit) {
        return "at least " + counted(error, unit);
    }

    private static String atMost(Error error, String unit) {
        return "at most " + counted(error, unit);
    }

    private static String counted(Error error, String unit) {
        String limit = limit(error);
        return limit + " " + unit + (limit.equals("1") ? "" : "s");
    }

    private static String limit(Error error) {
        return CanonicalJson.text(error.getSchemaNode());
    }
}
