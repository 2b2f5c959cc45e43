package dev.alloy.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schemas (2020-12) under {@code /schemas} on the class path: what bodies are validated with and what is served at
 * {@code /schemas/{name}.json}. A schema refers to another as {@code {name}.json}.
 */
public final class DocumentSchemas {

    private static final String BASE = "https://alloy.invalid/schemas/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_.-]{1,80}");

    private static final Pattern VERSION = Pattern.compile("\"((?:alloy|foundry)\\.[a-z_]+\\.v[0-9]+)(?:\\.json)?\"");

    /** The library's keyword → our finding code. Keywords that are not here keep their own name. */
    private static final Map<String, String> CODES = Map.ofEntries(
            Map.entry("required", "missing-member"),
            Map.entry("additionalProperties", "unknown-member"),
            Map.entry("unevaluatedProperties", "unknown-member"),
            Map.entry("propertyNames", "unknown-member"),
            Map.entry("type", "wrong-type"),
            Map.entry("enum", "unknown-value"),
            Map.entry("const", "unknown-value"),
            Map.entry("pattern", "wrong-format"),
            Map.entry("format", "wrong-format"),
            Map.entry("minLength", "too-short"),
            Map.entry("maxLength", "too-long"),
            Map.entry("minItems", "too-few"),
            Map.entry("maxItems", "too-many"),
            Map.entry("minProperties", "too-few"),
            Map.entry("maxProperties", "too-many"),
            Map.entry("minimum", "out-of-range"),
            Map.entry("maximum", "out-of-range"),
            Map.entry("uniqueItems", "duplicate"));

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(DocumentSchemas::textOf)
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .locale(Locale.ROOT)
                            .build()));

    private static final Map<String, Schema> COMPILED = new ConcurrentHashMap<>();

    private DocumentSchemas() {}

    /** The schema file as it is in the jar, or empty when there is none of that name. */
    public static Optional<byte[]> source(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        try (InputStream in = DocumentSchemas.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Everything that is wrong with the document, ordered by pointer.
     *
     * @param name a schema's file name without {@code .json}
     * @throws IllegalArgumentException when there is no such schema
     */
    public static List<Finding> validate(String name, JsonNode document) {
        Schema schema = COMPILED.computeIfAbsent(name, DocumentSchemas::compile);
        return errors(schema, document).stream()
                .map(DocumentSchemas::finding)
                .distinct()
                .sorted(Comparator.comparing(Finding::pointer)
                        .thenComparing(Finding::code)
                        .thenComparing(Finding::detail))
                .toList();
    }

    private static List<Error> errors(Schema schema, JsonNode document) {
        try {
            return schema.validate(document);
        } catch (JsonNodeException e) {
            // The library asks a double for a long where it compares with a bound, and a double may be larger than any.
            return schema.validate(withoutHugeDoubles(document));
        }
    }

    private static JsonNode withoutHugeDoubles(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> copy.set(member.getKey(), withoutHugeDoubles(member.getValue())));
            return copy;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> copy.add(withoutHugeDoubles(item)));
            return copy;
        }
        boolean huge = value.isFloatingPointNumber() && Math.abs(value.doubleValue()) > StrictJson.MAX_INTEGER;
        return huge
                ? JsonNodeFactory.instance.numberNode(
                        BigDecimal.valueOf(value.doubleValue()).toBigInteger())
                : value;
    }

    /** The schema versions that a schema of this name accepts for itself and for documents inside it. */
    public static List<String> versionsReadBy(String name) {
        String text = new String(source(name).orElseThrow(), StandardCharsets.UTF_8);
        return VERSION.matcher(text)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .sorted()
                .toList();
    }

    private static Schema compile(String name) {
        if (source(name).isEmpty()) {
            throw new IllegalArgumentException("No schema " + name);
        }
        return REGISTRY.getSchema(SchemaLocation.of(BASE + name + ".json"));
    }

    private static @Nullable String textOf(String iri) {
        String name = iri.startsWith(BASE) && iri.endsWith(".json")
                ? iri.substring(BASE.length(), iri.length() - ".json".length())
                : iri;
        return source(name)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(null);
    }

    private static Finding finding(Error error) {
        String pointer = error.getInstanceLocation().toString();
        String member = error.getProperty();
        String code = CODES.getOrDefault(error.getKeyword(), error.getKeyword());
        String at = member == null ? pointer : pointer + "/" + Finding.escape(Finding.shown(member));
        return new Finding(at, code, FindingSentences.of(error));
    }
}
