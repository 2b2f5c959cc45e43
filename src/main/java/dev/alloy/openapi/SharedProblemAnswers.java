package dev.alloy.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Makes components of refusals: many operations refuse alike. Each is named after its problem types, or after the first operation that has so many. */
@Component
@Order(Rank.SHARED)
class SharedProblemAnswers implements OpenApiCustomizer {

    private static final int LONGEST_NAME = 40;

    @Override
    public void customise(OpenAPI document) {
        Map<List<String>, String> names = new HashMap<>();
        // Sorted, so the first one is always the same.
        new TreeMap<>(document.getPaths())
                .values().stream()
                        .flatMap(item -> item.readOperations().stream())
                        .forEach(operation -> operation.getResponses().replaceAll((status, answer) -> {
                            List<String> types = ProblemAnswer.types(answer);
                            if (types.isEmpty()) {
                                return answer;
                            }
                            String name = names.computeIfAbsent(
                                    types, absent -> name(types, status, operation.getOperationId()));
                            document.getComponents().addResponses(name, answer);
                            return new ApiResponse().$ref("#/components/responses/" + name);
                        }));
    }

    private static String name(Collection<String> types, String status, String operation) {
        String all = String.join(".", types);
        return all.length() <= LONGEST_NAME ? all : status + "." + operation;
    }
}
