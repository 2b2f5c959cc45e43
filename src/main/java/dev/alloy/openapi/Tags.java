package dev.alloy.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Describes the tags in use, in the order of {@code tags.json}; one described at its controller follows behind. */
@Component
@Order(Rank.COMPONENTS)
class Tags implements OpenApiCustomizer {

    private final Map<String, String> descriptions;

    Tags(JsonMapper json) {
        this.descriptions =
                json.readValue(Resources.required("tags.json"), new TypeReference<LinkedHashMap<String, String>>() {});
    }

    @Override
    public void customise(OpenAPI document) {
        Map<String, String> described = new LinkedHashMap<>(descriptions);
        Objects.requireNonNullElse(document.getTags(), List.<Tag>of()).stream()
                .filter(tag -> tag.getDescription() != null)
                .forEach(tag -> described.put(tag.getName(), tag.getDescription()));
        Set<String> used = new LinkedHashSet<>();
        document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .flatMap(operation -> Objects.requireNonNullElse(operation.getTags(), List.<String>of()).stream())
                .forEach(used::add);
        document.setTags(described.entrySet().stream()
                .filter(tag -> used.contains(tag.getKey()))
                .map(tag -> new Tag().name(tag.getKey()).description(tag.getValue()))
                .toList());
    }
}
