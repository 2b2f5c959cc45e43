package dev.alloy.openapi;

import dev.alloy.http.Creates;
import dev.alloy.http.PageQuery;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.method.HandlerMethod;

/**
 * Adds the parameters that conventions bring along and describes all others by name. A parameter's own description, where its
 * author wrote one, stands.
 */
@Component
@Order(Rank.PARAMETERS)
class ParameterDocumentation implements OperationCustomizer {

    private static final String IF_MATCH = "If-Match";

    private final ParameterDescriptions descriptions;
    private final TaggedAnswers tagged;

    ParameterDocumentation(ParameterDescriptions descriptions, TaggedAnswers tagged) {
        this.descriptions = descriptions;
        this.tagged = tagged;
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        List<Parameter> parameters = new ArrayList<>(Objects.requireNonNullElse(operation.getParameters(), List.of()));
        // The answers' content says what may be accepted; OpenAPI ignores a parameter of this name.
        parameters.removeIf(parameter -> "Accept".equalsIgnoreCase(parameter.getName()));
        parameters.forEach(this::describe);
        if (method.hasMethodAnnotation(PatchMapping.class)) {
            parameters.stream()
                    .filter(parameter -> IF_MATCH.equals(parameter.getName()))
                    .forEach(parameter -> parameter.required(true));
        }
        if (HandlerMethods.takes(method, PageQuery.class)) {
            add(parameters, ConventionalParameters.LIMIT);
            add(parameters, ConventionalParameters.CURSOR);
        }
        if (method.hasMethodAnnotation(Creates.class)) {
            add(parameters, ConventionalParameters.IDEMPOTENCY_KEY);
        }
        if (method.hasMethodAnnotation(GetMapping.class) && tagged.isTagged(method)) {
            add(parameters, ConventionalParameters.IF_NONE_MATCH);
        }
        add(parameters, ConventionalParameters.CORRELATION_ID);
        add(parameters, ConventionalParameters.TRACE_PARENT);
        operation.setParameters(parameters);
        return operation;
    }

    /** Once: an operation that answers in two forms has two methods. */
    private static void add(List<Parameter> parameters, String name) {
        Parameter reference = ConventionalParameters.reference(name);
        if (!parameters.contains(reference)) {
            parameters.add(reference);
        }
    }

    private void describe(Parameter parameter) {
        String description = parameter.getDescription();
        if (description == null || description.isBlank()) {
            parameter.setDescription(descriptions.of(parameter.getName()));
        }
    }
}
