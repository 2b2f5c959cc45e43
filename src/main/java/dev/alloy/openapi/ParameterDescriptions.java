package dev.alloy.openapi;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What a parameter of this name means wherever it is taken, from {@code parameters.json}. */
@Component
class ParameterDescriptions {

    private final Map<String, String> descriptions;

    ParameterDescriptions(JsonMapper json) {
        this.descriptions = json.readValue(Resources.required("parameters.json"), new TypeReference<>() {});
    }

    @Nullable
    String of(String name) {
        return descriptions.get(name);
    }
}
