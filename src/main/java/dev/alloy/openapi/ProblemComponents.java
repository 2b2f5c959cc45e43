package dev.alloy.openapi;

import dev.alloy.problem.ProblemType;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.examples.Example;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The one schema of problem documents, and an example of every type in the registry. */
@Component
@Order(Rank.COMPONENTS)
class ProblemComponents implements OpenApiCustomizer {

    private final PublicUrl urls;
    private final JsonMapper json;

    ProblemComponents(PublicUrl urls, JsonMapper json) {
        this.urls = urls;
        this.json = json;
    }

    @Override
    public void customise(OpenAPI document) {
        var schema = (ObjectNode) json.readTree(Resources.required("problem.json"));
        document.getComponents().addSchemas("Problem", SchemaFiles.convert(schema));
        for (ProblemType type : ProblemType.values()) {
            document.getComponents()
                    .addExamples(
                            type.slug(), new Example().summary(type.title()).value(example(type)));
        }
    }

    private Map<String, Object> example(ProblemType type) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", urls.of("/problems/" + type.slug()));
        example.put("title", type.title());
        example.put("status", type.status().value());
        example.put("detail", type.explanation());
        example.put("instance", "/api/projects/storefront");
        example.put("correlation_id", "5a4f8a1e-3c0b-4a55-9f0e-2f6f3c1f7d10");
        example.put("remedy", type.remedy());
        switch (type) {
            case INVALID_BODY -> example.put("errors", finding("/name", "missing-member", "This member is required."));
            case UNKNOWN_REFERENCE ->
                example.put(
                        "errors",
                        finding(
                                "/organization_id",
                                "unknown-reference",
                                "No organization of this id is within reach."));
            case UNSUPPORTED_SCHEMA_VERSION -> example.put("supported", List.of("foundry.capability_manifest.v1"));
            case AUTHORITY_MISSING -> example.put("required_authority", "administer");
            default -> {}
        }
        return example;
    }

    private static List<Map<String, String>> finding(String pointer, String code, String detail) {
        Map<String, String> finding = new LinkedHashMap<>();
        finding.put("pointer", pointer);
        finding.put("code", code);
        finding.put("detail", detail);
        return List.of(finding);
    }
}
