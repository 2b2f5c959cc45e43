package dev.alloy.openapi;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Sorts what otherwise comes in the order in which beans are found, so the same code gives the same document. */
@Component
@Order(Rank.ORDER)
class DocumentOrder implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI document) {
        var paths = new Paths();
        new TreeMap<>(document.getPaths()).forEach(paths::addPathItem);
        document.setPaths(paths);
        Components components = document.getComponents();
        paths.values().stream().flatMap(item -> item.readOperations().stream()).forEach(operation -> {
            operation.setResponses(sorted(operation.getResponses()));
            operation.setParameters(operation.getParameters().stream()
                    .sorted(Comparator.comparing(parameter -> place(components, parameter)))
                    .toList());
        });
        components.setSchemas(sorted(components.getSchemas()));
        components.setParameters(sorted(components.getParameters()));
        components.setResponses(sorted(components.getResponses()));
        components.setExamples(sorted(components.getExamples()));
        components.setHeaders(sorted(components.getHeaders()));
    }

    /** What a caller has to think of comes first: the path, the query, the call's own headers, and those that all calls have. */
    private static int place(Components components, Parameter parameter) {
        boolean shared = parameter.get$ref() != null;
        Parameter known =
                shared ? components.getParameters().get(parameter.get$ref().replaceFirst(".*/", "")) : parameter;
        return switch (Objects.requireNonNull(known).getIn()) {
            case "path" -> 0;
            case "query" -> shared ? 2 : 1;
            default -> shared ? 4 : 3;
        };
    }

    private static ApiResponses sorted(ApiResponses responses) {
        var sorted = new ApiResponses();
        new TreeMap<>(responses).forEach(sorted::addApiResponse);
        return sorted;
    }

    private static <T> Map<String, T> sorted(Map<String, T> unsorted) {
        return new TreeMap<>(unsorted);
    }
}
