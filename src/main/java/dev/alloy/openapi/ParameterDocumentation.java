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
import org.springframework.web.method.HandlerMethod;

/**
 * Adds the parameters that conventions bring along and describes all others by name. A parameter's own description, where its
 * author wrote one, stands.
 */
@Component
@Order(Rank.PARAMETERS)
class ParameterDocumentation implements OperationCustomizer {

    private final ParameterDescriptions descriptions;
    private final TaggedAnswers tagged;

    ParameterDocumentation(ParameterDescriptions descriptions, TaggedAnswers tagged) {
        this.descriptions = descriptions;
        this.tagged = tagged;
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        List<Parameter> parameters = new ArrayList<>(Objects.requireNonNullElse(operation.getParameters(), List.of()));
        parameters.forEach(this::describe);
        if (Handlers.takes(method, PageQuery.class)) {
            parameters.add(ConventionalParameters.reference(ConventionalParameters.LIMIT));
            parameters.add(ConventionalParameters.reference(ConventionalParameters.CURSOR));
        }
        if (method.hasMethodAnnotation(Creates.class)) {
            parameters.add(ConventionalParameters.reference(ConventionalParameters.IDEMPOTENCY_KEY));
        }
        if (method.hasMethodAnnotation(GetMapping.class) && tagged.isTagged(method)) {
            parameters.add(ConventionalParameters.reference(ConventionalParameters.IF_NONE_MATCH));
        }
        parameters.add(ConventionalParameters.reference(ConventionalParameters.CORRELATION_ID));
        parameters.add(ConventionalParameters.reference(ConventionalParameters.TRACE_PARENT));
        operation.setParameters(parameters);
        return operation;
    }

    private void describe(Parameter parameter) {
        String description = parameter.getDescription();
        if (description == null || description.isBlank()) {
            parameter.setDescription(descriptions.of(parameter.getName()));
        }
    }
}
