package dev.alloy.openapi;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions to an OpenAPI document. */
record Document(JsonNode root, SchemaRegistry schemas) {

    private static final String ADDRESS = "https://alloy.invalid/openapi";

    Document(JsonNode root) {
        this(
                root,
                SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        builder -> builder.schemas(Map.of(ADDRESS, root.toString()))));
    }

    record Operation(String method, String path, JsonNode node) {

        String id() {
            return node.path("operationId").asString("");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        return root.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(one -> new Operation(one.getKey(), path.getKey(), one.getValue())))
                .toList();
    }

    Operation operation(String id) {
        return operations().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The same without the examples, which are files of their own, or stand in the registry of problem types. */
    JsonNode withoutExamples() {
        JsonNode copy = root.deepCopy();
        new Document(copy)
                .operations().stream()
                        .flatMap(operation -> Stream.concat(
                                Stream.of(operation.node().path("requestBody")),
                                operation.node().path("responses").valueStream()))
                        .flatMap(body -> body.path("content").valueStream())
                        .forEach(media -> ((ObjectNode) media).remove("example"));
        ObjectNode components = (ObjectNode) copy.get("components");
        components.remove("examples");
        components
                .get("responses")
                .valueStream()
                .flatMap(answer -> answer.path("content").valueStream())
                .forEach(media -> ((ObjectNode) media).remove("examples"));
        return copy;
    }

    /** The node, or what it refers to. */
    JsonNode resolve(JsonNode node) {
        JsonNode reference = node.get("$ref");
        return reference == null ? node : target(reference.stringValue()).orElseThrow();
    }

    Optional<JsonNode> target(String reference) {
        JsonNode target = root.at(reference.substring(1));
        return reference.startsWith("#/") && !target.isMissingNode() ? Optional.of(target) : Optional.empty();
    }

    List<String> references() {
        List<String> found = new ArrayList<>();
        collect(root, found);
        return found;
    }

    private static void collect(JsonNode node, List<String> found) {
        // Examples are data: what looks like a reference there is none.
        if (node instanceof ObjectNode object) {
            object.properties().stream()
                    .filter(member -> !member.getKey().equals("example"))
                    .forEach(member -> {
                        if (member.getKey().equals("$ref") && member.getValue().isString()) {
                            found.add(member.getValue().stringValue());
                        }
                        collect(member.getValue(), found);
                    });
        } else {
            node.forEach(item -> collect(item, found));
        }
    }

    /** Media types with the example and schema of each, of the request or of the successful responses. */
    Stream<JsonNode> successes(Operation operation) {
        return operation.node().get("responses").properties().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .map(response -> resolve(response.getValue()).path("content"))
                .flatMap(content -> content.properties().stream())
                .map(media -> media.getValue());
    }

    /** What is wrong with a value of a schema in this document. */
    List<String> findings(JsonNode schema, JsonNode value) {
        JsonNode reference = schema.get("$ref");
        var compiled = reference == null
                ? schemas.getSchema(schema)
                : schemas.getSchema(SchemaLocation.of(ADDRESS + reference.stringValue()));
        return compiled.validate(value).stream().map(Error::toString).toList();
    }
}
