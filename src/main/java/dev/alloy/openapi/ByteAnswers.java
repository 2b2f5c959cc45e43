package dev.alloy.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alloy.contract.DocumentSchemas;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Says what is in answers that are handed out as bytes: in JSON, the document whose {@code schema_version} the example shows,
 * else any object; otherwise text, or binary data.
 */
@Component
@Order(Rank.BYTES)
class ByteAnswers implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        if (HandlerMethods.answer(method).equals(byte[].class)) {
            operation.getResponses().forEach((status, response) -> {
                if (status.startsWith("2") && response.getContent() != null) {
                    response.getContent().forEach((type, media) -> media.setSchema(schema(type, media)));
                }
            });
        }
        return operation;
    }

    private static Schema<?> schema(String type, MediaType media) {
        if (media.getSchema() != null && media.getSchema().get$ref() != null) {
            return media.getSchema();
        }
        if (type.endsWith("json")) {
            String version = media.getExample() instanceof JsonNode example
                    ? example.path("schema_version").asText()
                    : "";
            return DocumentSchemas.source(version).isPresent()
                    ? new JsonSchema().$ref("#/components/schemas/" + version)
                    : new JsonSchema().typesItem("object");
        }
        Schema<?> text = new JsonSchema().typesItem("string");
        return type.startsWith("text/") || type.endsWith("yaml") ? text : text.format("binary");
    }
}
