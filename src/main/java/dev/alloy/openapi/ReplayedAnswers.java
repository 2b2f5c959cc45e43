package dev.alloy.openapi;

import dev.alloy.http.ShownOnce;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** A call that is repeated with its {@code Idempotency-Key} gets the first answer without the secrets in it, so none of them is required. */
@Component
@Order(Rank.SHARED)
class ReplayedAnswers implements OpenApiCustomizer {

    private static final String KEY = "#/components/parameters/" + ConventionalParameters.IDEMPOTENCY_KEY;

    @Override
    public void customise(OpenAPI document) {
        document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .filter(ReplayedAnswers::canBeReplayed)
                .flatMap(operation -> operation.getResponses().values().stream())
                .filter(answer -> answer.getContent() != null)
                .flatMap(answer -> answer.getContent().values().stream())
                .flatMap(media -> component(document.getComponents(), media.getSchema()).stream())
                .forEach(ReplayedAnswers::relax);
    }

    private static boolean canBeReplayed(Operation operation) {
        return operation.getParameters().stream().anyMatch(parameter -> KEY.equals(parameter.get$ref()));
    }

    private static Optional<Schema<?>> component(Components components, @Nullable Schema<?> schema) {
        String reference = schema == null ? null : schema.get$ref();
        return reference == null
                ? Optional.empty()
                : Optional.ofNullable(components.getSchemas().get(reference.replaceFirst(".*/", "")));
    }

    private static void relax(Schema<?> schema) {
        Map<String, Schema> properties = Objects.requireNonNullElse(schema.getProperties(), Map.of());
        List<String> secrets =
                ShownOnce.MEMBERS.stream().filter(properties::containsKey).toList();
        if (!secrets.isEmpty()) {
            var required = new ArrayList<>(schema.getRequired());
            required.removeAll(secrets);
            schema.setRequired(required);
            properties.forEach((name, property) -> {
                if (secrets.contains(name)) {
                    property.setDescription("Shown once: missing where Idempotent-Replayed is true.");
                }
            });
        }
    }
}
