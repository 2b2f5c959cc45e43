package dev.alloy.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.core.util.Json31;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.AbstractRequestService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.context.annotation.Lazy;

/**
 * Makes the OpenAPI document, in place of springdoc's controller, whose URLs {@link ServedFiles} answers. That one
 * would make it during a request, and write it by itself.
 */
@Lazy(false)
class DocumentMaker extends OpenApiWebMvcResource {

    DocumentMaker(
            ObjectFactory<OpenAPIService> builder,
            AbstractRequestService requests,
            GenericResponseService responses,
            OperationService operations,
            SpringDocConfigProperties settings,
            SpringDocProviders providers,
            SpringDocCustomizers customizers) {
        super(builder, requests, responses, operations, settings, providers, customizers);
    }

    /** The document as JSON and as YAML. */
    record Made(byte[] json, byte[] yaml) {}

    Made make() {
        try {
            byte[] whole = writeJsonValue(getOpenApi("", Locale.ENGLISH));
            JsonNode document = Json31.mapper().readTree(whole);
            UnusedComponents.remove((ObjectNode) document);
            Map<String, Object> members = Json31.mapper().convertValue(document, new TypeReference<>() {});
            return new Made(
                    Json31.mapper().writeValueAsBytes(document),
                    OpenApiYaml.write(members).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The OpenAPI document cannot be written", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
