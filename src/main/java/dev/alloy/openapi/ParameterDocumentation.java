package dev.alloy.openapi;

import dev.alloy.http.Creates;
import dev.alloy.http.PageQuery;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds the parameters that conventions bring along and describes all of them by name, from {@code parameters.json}. A
 * parameter's own description, where its author wrote one, stands.
 */
@Component
@Order(Rank.PARAMETERS)
class ParameterDocumentation implements OperationCustomizer {

    private final Map<String, String> descriptions;
    private final TaggedAnswers tagged;

    ParameterDocumentation(JsonMapper json, TaggedAnswers tagged) {
        this.descriptions = json.readValue(Resources.required("parameters.json"), new TypeReference<>() {});
        this.tagged = tagged;
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        List<Parameter> parameters = new ArrayList<>(Objects.requireNonNullElse(operation.getParameters(), List.of()));
        if (Handlers.takes(method, PageQuery.class)) {
            parameters.add(query("limit", limit()));
            parameters.add(query("cursor", string()));
        }
        if (method.hasMethodAnnotation(Creates.class)) {
            parameters.add(header("Idempotency-Key", string().minLength(1).maxLength(255)));
        }
        if (method.hasMethodAnnotation(GetMapping.class) && tagged.isTagged(method)) {
            parameters.add(header("If-None-Match", string()));
        }
        parameters.add(header("X-Correlation-Id", string().pattern("^[A-Za-z0-9._:-]{1,128}$")));
        parameters.forEach(this::describe);
        operation.setParameters(parameters);
        return operation;
    }

    private void describe(Parameter parameter) {
        String description = parameter.getDescription();
        if (description == null || description.isBlank()) {
            parameter.setDescription(descriptions.get(parameter.getName()));
        }
    }

    private static Parameter query(String name, Schema<?> schema) {
        return new Parameter().in("query").name(name).required(false).schema(schema);
    }

    private static Parameter header(String name, Schema<?> schema) {
        return new Parameter().in("header").name(name).required(false).schema(schema);
    }

    private static Schema<?> string() {
        return new JsonSchema().typesItem("string");
    }

    private static Schema<?> limit() {
        return new JsonSchema()
                .typesItem("integer")
                .minimum(BigDecimal.ONE)
                .maximum(BigDecimal.valueOf(PageQuery.MAX_LIMIT))
                ._default(PageQuery.DEFAULT_LIMIT);
    }
}
