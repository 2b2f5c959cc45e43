package dev.alloy.testing;

import dev.alloy.contract.DocumentSchemas;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the schemas of request bodies: what fits them, and what a member must be. */
public final class SchemaSamples {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, String> DEFINED = Map.of(
            "slug", "some-slug",
            "name", "A name",
            "sentence", "A sentence.",
            "id", "some_id",
            "digest", "sha256:" + "0".repeat(64),
            "revision", World.REVISION,
            "branch", "main",
            "path", "/work/somewhere",
            "instant", "2030-01-31T12:00:00Z",
            "day", "2030-01-31");

    private SchemaSamples() {}

    /** A schema's document. */
    public static JsonNode schema(String name) {
        return JSON.readTree(DocumentSchemas.source(name).orElseThrow());
    }

    /** What a member's schema says when references are followed. */
    public static JsonNode resolve(String name, JsonNode schema) {
        String ref = schema.path("$ref").asString("");
        if (ref.isEmpty()) {
            return schema;
        }
        int hash = ref.indexOf('#');
        String file = hash < 0 ? ref : ref.substring(0, hash);
        String home = file.isEmpty() ? name : file.replace(".json", "");
        JsonNode target = schema(home);
        return resolve(home, hash < 0 ? target : target.at(ref.substring(hash + 1)));
    }

    /** The smallest document that fits. */
    public static ObjectNode sample(String name) {
        return (ObjectNode) sample(name, schema(name));
    }

    private static JsonNode sample(String name, JsonNode schema) {
        String ref = schema.path("$ref").asString("");
        String defined = DEFINED.get(ref.substring(ref.lastIndexOf('/') + 1));
        if (defined != null && ref.startsWith("definitions.json")) {
            return JSON.getNodeFactory().stringNode(defined);
        }
        JsonNode resolved = resolve(name, schema);
        String home = ref.isEmpty() || ref.startsWith("#") ? name : ref.replaceAll("\\.json.*", "");
        if (resolved.has("const")) {
            return resolved.path("const");
        }
        if (resolved.has("enum")) {
            return resolved.path("enum").path(0);
        }
        return switch (typeOf(resolved)) {
            case "object" -> object(home, resolved);
            case "array" -> list(home, resolved);
            case "integer", "number" ->
                JSON.getNodeFactory().numberNode(resolved.path("minimum").asInt(1));
            case "boolean" -> JSON.getNodeFactory().booleanNode(true);
            default -> JSON.getNodeFactory().stringNode("abc");
        };
    }

    private static ObjectNode object(String name, JsonNode schema) {
        ObjectNode object = JSON.createObjectNode();
        schema.path("required")
                .forEach(member -> object.set(
                        member.asString(),
                        sample(name, schema.path("properties").path(member.asString()))));
        return object;
    }

    private static ArrayNode list(String name, JsonNode schema) {
        ArrayNode list = JSON.createArrayNode();
        for (int i = 0; i < schema.path("minItems").asInt(0); i++) {
            list.add(sample(name, schema.path("items")));
        }
        return list;
    }

    /** The one type of a value, beside null; empty when the schema leaves it open. */
    public static String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? firstBesideNull(type) : type.asString("");
    }

    private static String firstBesideNull(JsonNode types) {
        return types.valueStream()
                .map(JsonNode::asString)
                .filter(type -> !type.equals("null"))
                .findFirst()
                .orElse("");
    }

    /** A value of another type than the schema asks for; null when it leaves the type open. */
    public static @Nullable JsonNode wrongFor(JsonNode schema) {
        if (schema.path("type").isArray()) {
            return null;
        }
        if (schema.has("enum")) {
            return JSON.getNodeFactory().numberNode(0);
        }
        return switch (typeOf(schema)) {
            case "string" -> JSON.getNodeFactory().numberNode(17);
            case "integer", "number" -> JSON.getNodeFactory().stringNode("17");
            case "boolean" -> JSON.getNodeFactory().numberNode(1);
            case "array" -> JSON.createObjectNode();
            case "object" -> JSON.createArrayNode();
            default -> null;
        };
    }
}
