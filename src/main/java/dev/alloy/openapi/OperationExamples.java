package dev.alloy.openapi;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.ApplicationContext;
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

    /** In a file, a day that has not come yet when somebody tries the example. */
    private static final String SOON = "{{in half a year}}";

    private final ApplicationContext context;

    OperationExamples(ApplicationContext context) {
        this.context = context;
    }

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

    private void add(@Nullable Content content, String... names) {
        if (content != null) {
            // One object stands for all media types of a method, and each is to have an example and a schema of its
            // own.
            content.replaceAll((type, media) -> copied(media));
            content.forEach((type, media) -> find(type, names).ifPresent(media::setExample));
        }
    }

    private static MediaType copied(MediaType media) {
        var copy = new MediaType().schema(media.getSchema());
        // An example that was set to nothing would be written as null.
        if (media.getExample() != null) {
            copy.setExample(media.getExample());
        }
        return copy;
    }

    private Optional<Object> find(String type, String... names) {
        String ending = ENDINGS.get(type.replaceFirst(";.*", ""));
        if (ending == null) {
            return Optional.empty();
        }
        for (String name : names) {
            Optional<byte[]> file = Resources.optional(name + "." + ending);
            if (file.isPresent()) {
                return file.map(this::dated)
                        .map(bytes -> ending.equals("json") ? tree(bytes) : new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** With days in the future, where a call with one of the past would be refused. The first of a month: all replicas say the same for long. */
    private byte[] dated(byte[] file) {
        LocalDate begun = LocalDate.ofInstant(Instant.ofEpochMilli(context.getStartupDate()), ZoneOffset.UTC);
        String soon = begun.withDayOfMonth(1).plusMonths(6).toString();
        return new String(file, StandardCharsets.UTF_8).replace(SOON, soon).getBytes(StandardCharsets.UTF_8);
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
