package dev.alloy.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.JsonSchema;
import java.util.List;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The headers of answers, described once; every answer names the correlation id. */
@Component
@Order(Rank.HEADERS)
class Headers implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI document) {
        document.getComponents()
                .addHeaders("Location", header("string", "Absolute URL of what was created."))
                .addHeaders(
                        "ETag",
                        header("string", "Strong tag of the version answered; send it as If-Match to change it."))
                .addHeaders(
                        "Idempotent-Replayed",
                        header("boolean", "True if this is the stored answer to an earlier request with the same key."))
                .addHeaders("Retry-After", header("integer", "Seconds to wait before the request is repeated."))
                .addHeaders(
                        "RateLimit-Policy",
                        header(
                                "string",
                                "How many requests the token and its organization may send in how many seconds."))
                .addHeaders(
                        "RateLimit",
                        header(
                                "string",
                                "How many requests are left (r), and in how many seconds the full number is back (t)."))
                .addHeaders("WWW-Authenticate", header("string", "The authentication scheme: Bearer."))
                .addHeaders("X-Correlation-Id", header("string", "The correlation id of the request."));
        Stream.concat(
                        document.getComponents().getResponses().values().stream(),
                        document.getPaths().values().stream()
                                .flatMap(item -> item.readOperations().stream())
                                .flatMap(operation -> operation.getResponses().values().stream()))
                .filter(response -> response.get$ref() == null)
                .forEach(response -> response.addHeaderObject(
                        "X-Correlation-Id", new Header().$ref("#/components/headers/X-Correlation-Id")));
        document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .filter(operation -> operation.getSecurity() != null
                        && !operation.getSecurity().isEmpty())
                .flatMap(operation -> operation.getResponses().entrySet().stream())
                .filter(response -> response.getKey().startsWith("2"))
                .forEach(response -> List.of("RateLimit-Policy", "RateLimit").forEach(name -> response.getValue()
                        .addHeaderObject(name, new Header().$ref("#/components/headers/" + name))));
    }

    private static Header header(String type, String description) {
        return new Header().description(description).schema(new JsonSchema().typesItem(type));
    }
}
