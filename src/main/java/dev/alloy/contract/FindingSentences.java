package dev.alloy.contract;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * What a person reads about a broken schema rule. A sentence is made from the schema alone and the kind of value that
 * was found, never from the value, so it can neither grow with the input nor carry it into a log.
 */
final class FindingSentences {

    private static final Map<String, Function<Error, String>> BY_KEYWORD = Map.ofEntries(
            Map.entry("required", error -> "This member is required."),
            Map.entry("additionalProperties", error -> "The schema has no such member; check its spelling."),
            Map.entry("unevaluatedProperties", error -> "The schema has no such member; check its spelling."),
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

    static String patternSentence(String pattern) {
        return switch (pattern) {
            case "\\S" -> "The text must not be blank.";
            case "^sha256:[0-9a-f]{64}$" -> "A digest is sha256: followed by 64 lower-case hexadecimal digits.";
            case "^[0-9a-f]{4,64}$" -> "A revision is 4 to 64 lower-case hexadecimal digits.";
            case "^[0-9a-f]{32}$" -> "A trace id is 32 lower-case hexadecimal digits.";
            case "^[A-Za-z0-9._:-]{1,200}$" -> "The text has 1 to 200 letters, digits and the characters . _ : - only.";
            case "^(trace|repo|https)://" -> "A reference begins with trace://, repo:// or https://.";
            case "^on_[a-z][a-z0-9_]{0,60}$" -> "A hook is on_ followed by lower-case letters, digits and underscores.";
            case "^\\.alloy/prompts/[a-z_]{1,40}\\.md$" -> "The file lies in .alloy/prompts/ and ends with .md.";
            case "^\\.alloy/" -> "The path begins with .alloy/.";
            case "^[a-z][a-z0-9_]*$" ->
                "The name begins with a lower-case letter and has lower-case letters, digits and underscores only.";
            case "^[a-z][a-z0-9_.-]*$" ->
                "The name begins with a lower-case letter and has lower-case letters, digits and the characters . _ - only.";
            case "^[a-z][a-z0-9+.-]*://" -> "A reference begins with a scheme, such as https://.";
            case "^[a-z]+\\.[a-z_]+\\.v[0-9]+$" -> "A schema version is written like alloy.formation_brief.v1.";
            case "^[a-z0-9][a-z0-9-]*$" ->
                "An id begins with a lower-case letter or a digit and has lower-case letters, digits and hyphens only.";
            case "^[^\\s\\p{C}\\p{Z}]([^\\p{C}\\p{Zl}\\p{Zp}]*[^\\s\\p{C}\\p{Z}])?$" ->
                "A name is one line of visible characters and neither begins nor ends with a space.";
            case "^[A-Za-z0-9_-]+$" -> "The text has letters, digits, hyphens and underscores only.";
            case "^[A-Za-z0-9][A-Za-z0-9._:/#@+~-]{0,199}$" ->
                "An id begins with a letter or a digit and has up to 200 letters, digits and the characters . _ : / # @ + ~ - only.";
            case "^[A-Za-z0-9]([A-Za-z0-9 ._:/-]{0,98}[A-Za-z0-9._:/-])?$" ->
                "The name begins with a letter or a digit, has up to 100 letters, digits, spaces and the characters . _ : / - only, and"
                        + " does not end with a space.";
            case "^[0-9A-Za-z][0-9A-Za-z.+_-]*$" ->
                "A version begins with a letter or a digit and has letters, digits and the characters . + _ - only.";
            case "^(?=[\\s\\S]*[^\\s\\p{C}\\p{Z}])[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]+$" ->
                "The text has visible characters, and no control or invisible characters except tabs and line breaks.";
            case "^(?![\\s\\S]*/\\.\\.(/|$))/[^\\p{C}]+$" ->
                "A path is absolute, begins with a slash, and has no '..' segment and no control characters.";
            case "^(?!/)(?!-)(?!refs/)(?!HEAD$)(?!.*(//|\\.\\.|@\\{|/\\.|\\.lock(/|$)))[A-Za-z0-9._/+@-]*[A-Za-z0-9_+@-]$" ->
                "A branch is named as Git allows, without refs/: letters, digits and the characters . _ / + @ - only.";
            default -> "The text does not have the form that the schema of the body describes; see /schemas.";
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
