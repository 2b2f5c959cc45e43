package dev.alloy.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Describes what is still undescribed in a path by the collection it stands behind: {@code /runners/{id}} is a runner's id. */
@Component
@Order(Rank.COMPONENTS)
class PathParameterDocumentation implements OpenApiCustomizer {

    @Override
    public void customise(OpenAPI document) {
        document.getPaths().forEach(PathParameterDocumentation::describe);
    }

    private static void describe(String path, PathItem item) {
        item.readOperations().stream()
                .flatMap(operation ->
                        Objects.requireNonNullElse(operation.getParameters(), List.<Parameter>of()).stream())
                .filter(parameter -> "path".equals(parameter.getIn()) && parameter.getDescription() == null)
                .forEach(parameter -> parameter.setDescription(description(path, parameter.getName())));
    }

    private static String description(String path, String name) {
        Matcher collection =
                Pattern.compile("([a-z-]+)/\\{" + Pattern.quote(name) + "}").matcher(path);
        return collection.find() ? "The id of the " + singular(collection.group(1)) + "." : "The " + name + ".";
    }

    private static String singular(String plural) {
        String words = plural.replace('-', ' ');
        return words.endsWith("s") ? words.substring(0, words.length() - 1) : words;
    }
}
