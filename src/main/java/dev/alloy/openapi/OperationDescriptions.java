package dev.alloy.openapi;

import io.swagger.v3.oas.models.Operation;
import java.util.Map;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Says of each operation what it does, when it is called and what comes next, from {@code operations.json}. */
@Component
@Order(Rank.DESCRIPTIONS)
class OperationDescriptions implements OperationCustomizer {

    private final Map<String, String> descriptions;

    OperationDescriptions(JsonMapper json) {
        this.descriptions = json.readValue(Resources.required("operations.json"), new TypeReference<>() {});
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        String description = descriptions.get(operation.getOperationId());
        if (description != null && operation.getDescription() == null) {
            operation.setDescription(description);
        }
        return operation;
    }
}
