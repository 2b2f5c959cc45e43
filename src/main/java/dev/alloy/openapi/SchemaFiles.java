package dev.alloy.openapi;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes components of the JSON Schema files, so what validates is what is documented: {@code create_project.json} is
 * {@code #/components/schemas/create_project}, its {@code $defs/repo} is {@code #/components/schemas/create_project.repo}.
 */
@Component
@Order(Rank.COMPONENTS)
class SchemaFiles implements OpenApiCustomizer {

    private static final Pattern REFERENCE =
            Pattern.compile("(?:(?<file>[^#/]+)\\.json)?(?:#(?:/\\$defs/(?<part>[^/]+))?(?<rest>/.*)?)?");

    private final JsonMapper json;

    SchemaFiles(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void customise(OpenAPI document) {
        for (Resource file : files()) {
            String name = String.valueOf(file.getFilename()).replaceFirst("\\.json$", "");
            ObjectNode schema = read(file);
            JsonNode parts = schema.remove("$defs");
            if (parts != null) {
                parts.properties().forEach(part -> add(document, name, name + "." + part.getKey(), part.getValue()));
            }
            schema.remove(List.of("$schema", "$id"));
            boolean onlyParts = schema.optional("type").isEmpty() && parts != null;
            if (!onlyParts) {
                add(document, name, name, schema);
            }
        }
    }

    private static void add(OpenAPI document, String file, String name, JsonNode schema) {
        rewriteReferences(schema, file);
        document.getComponents().addSchemas(name, convert(schema));
    }

    static Schema<?> convert(JsonNode schema) {
        sayWhatMayCome(schema);
        try {
            return Json31.mapper().readValue(schema.toString(), Schema.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That members beyond the named ones may come goes without saying in JSON Schema, but not in what reads OpenAPI. */
    private static void sayWhatMayCome(JsonNode value) {
        if (value instanceof ObjectNode object
                && object.path("type").toString().contains("\"object\"")
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", true);
        }
        value.forEach(SchemaFiles::sayWhatMayCome);
    }

    private static void rewriteReferences(JsonNode value, String file) {
        if (value instanceof ObjectNode object) {
            JsonNode reference = object.get("$ref");
            if (reference != null && reference.isString()) {
                object.put("$ref", component(reference.stringValue(), file));
            }
        }
        value.forEach(member -> rewriteReferences(member, file));
    }

    /** The component that a reference in this file means. */
    static String component(String reference, String file) {
        Matcher matcher = REFERENCE.matcher(reference);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A schema file refers to " + reference + " in an unknown way");
        }
        String part = matcher.group("part");
        String rest = matcher.group("rest");
        return "#/components/schemas/"
                + (matcher.group("file") == null ? file : matcher.group("file"))
                + (part == null ? "" : "." + part)
                + (rest == null ? "" : rest);
    }

    private ObjectNode read(Resource file) {
        try (var in = file.getInputStream()) {
            return (ObjectNode) json.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Resource> files() {
        try {
            return Arrays.asList(new PathMatchingResourcePatternResolver().getResources("classpath:/schemas/*.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
