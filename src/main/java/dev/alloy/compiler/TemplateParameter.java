package dev.alloy.compiler;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing a template leaves open. Source: compiler.md, “Templates”.
 *
 * @param name what placeholders call it
 * @param type what a value has to be
 * @param required whether a compilation has to give it
 * @param fallback what it is when a compilation does not give it; null for nothing
 */
record TemplateParameter(
        String name, Type type, boolean required, @Nullable JsonNode fallback) {

    /** What the values of a parameter are. */
    enum Type {
        STRING("a string") {
            @Override
            boolean fits(JsonNode value) {
                return value.isString();
            }
        },
        INTEGER("an integer") {
            @Override
            boolean fits(JsonNode value) {
                return value.isIntegralNumber();
            }
        },
        BOOLEAN("true or false") {
            @Override
            boolean fits(JsonNode value) {
                return value.isBoolean();
            }
        },
        LIST("a list") {
            @Override
            boolean fits(JsonNode value) {
                return value.isArray();
            }
        };

        private final String sentence;

        Type(String sentence) {
            this.sentence = sentence;
        }

        abstract boolean fits(JsonNode value);

        String sentence() {
            return sentence;
        }

        static Optional<Type> parse(String text) {
            return Stream.of(values())
                    .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst();
        }
    }

    /** Reads a declaration that {@code create_brief_template.json} accepted. */
    static TemplateParameter read(JsonNode json) {
        JsonNode fallback = json.path("default");
        boolean hasFallback = !fallback.isMissingNode() && !fallback.isNull();
        return new TemplateParameter(
                json.path("name").asString(),
                Type.parse(json.path("type").asString()).orElseThrow(),
                json.path("required").booleanValue(!hasFallback),
                hasFallback ? fallback : null);
    }
}
