package dev.alloy.openapi;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Adds the examples in {@code examples/{operationId}.request.json} and {@code .response.json}. Other media types have other
 * endings ({@code .response.yaml}, {@code .response.ndjson}, …); where statuses differ, {@code .response.202.json} goes first.
 */
@Component
@Order(Rank.EXAMPLES)
class OperationExamples implements OperationCustomizer {

    private static final Map<String, String> ENDINGS = Map.of(
            "application/json", "json",
            "application/schema+json", "json",
            "application/yaml", "yaml",
            "application/x-ndjson", "ndjson",
            "application/jsonl", "jsonl",
            "text/event-stream", "txt",
            "text/markdown", "md",
            "text/plain", "txt");

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        String id = "examples/" + operation.getOperationId();
        if (operation.getRequestBody() != null) {
            operation.getRequestBody().setRequired(true);
            add(operation.getRequestBody().getContent(), id + ".request");
        }
        operation.getResponses().forEach((status, response) -> {
            if (status.startsWith("2")) {
                add(response.getContent(), id + ".response." + status, id + ".response");
            }
        });
        return operation;
    }

    private static void add(@Nullable Content content, String... names) {
        if (content != null) {
            content.forEach((type, media) -> find(type, names).ifPresent(media::setExample));
        }
    }

    private static Optional<Object> find(String type, String... names) {
        String ending = ENDINGS.get(type.replaceFirst(";.*", ""));
        if (ending == null) {
            return Optional.empty();
        }
        for (String name : names) {
            Optional<byte[]> file = Resources.optional(name + "." + ending);
            if (file.isPresent()) {
                return file.map(
                        bytes -> ending.equals("json") ? tree(bytes) : new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** A tree of the library that writes the document, which would leave out the nulls of a map. */
    private static Object tree(byte[] bytes) {
        try {
            return Json31.mapper().readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
