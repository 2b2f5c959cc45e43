package dev.alloy.openapi;

import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        byStatus.forEach((status, types) -> add(operation.getResponses(), String.valueOf(status), types));
        return operation;
    }

    /** An operation that answers in two forms has two methods, which do not refuse quite the same. */
    private static void add(ApiResponses responses, String status, List<ProblemType> types) {
        Set<ProblemType> all = EnumSet.copyOf(types);
        Optional.ofNullable(responses.get(status)).map(ProblemAnswer::types).stream()
                .flatMap(List::stream)
                .flatMap(slug -> ProblemType.of(slug).stream())
                .forEach(all::add);
        responses.addApiResponse(status, ProblemAnswer.of(List.copyOf(all)));
    }
}
