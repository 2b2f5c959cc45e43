package dev.alloy.openapi;

import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Documents every problem that an operation can answer, one answer a status, with an example of each type. */
@Component
@Order(Rank.PROBLEMS)
class ProblemDocumentation implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        Map<Integer, List<ProblemType>> byStatus = ProblemRules.of(method).stream()
                .collect(Collectors.groupingBy(type -> type.status().value(), TreeMap::new, Collectors.toList()));
        byStatus.forEach(
                (status, types) -> operation.getResponses().addApiResponse(String.valueOf(status), answer(types)));
        return operation;
    }

    private static ApiResponse answer(List<ProblemType> types) {
        return types.size() == 1
                ? new ApiResponse()
                        .$ref("#/components/responses/" + types.get(0).slug())
                : ProblemAnswer.of(types);
    }
}
