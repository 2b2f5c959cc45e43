package dev.alloy.openapi;

import dev.alloy.problem.ProblemType;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
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
        byStatus.forEach((status, types) ->
                operation.getResponses().addApiResponse(String.valueOf(status), answer(status, types)));
        return operation;
    }

    private static ApiResponse answer(int status, List<ProblemType> types) {
        var media = new MediaType().schema(new JsonSchema().$ref("#/components/schemas/Problem"));
        types.forEach(type -> media.addExamples(
                type.slug(), new Example().$ref("#/components/examples/" + ProblemComponents.exampleOf(type))));
        var answer = new ApiResponse()
                .description(types.stream()
                        .map(type -> "`" + type.slug() + "`: " + type.title() + ".")
                        .collect(Collectors.joining("\n\n")))
                .content(new Content().addMediaType("application/problem+json", media));
        switch (status) {
            case 401 -> answer.addHeaderObject("WWW-Authenticate", header("WWW-Authenticate"));
            case 429, 503 -> answer.addHeaderObject("Retry-After", header("Retry-After"));
            default -> {}
        }
        return answer;
    }

    private static Header header(String name) {
        return new Header().$ref("#/components/headers/" + name);
    }
}
