package dev.alloy.openapi;

import dev.alloy.http.PageQuery;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.math.BigDecimal;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The parameters that conventions bring along, once for all operations. */
@Component
@Order(Rank.COMPONENTS)
class ConventionalParameters implements OpenApiCustomizer {

    static final String LIMIT = "limit";
    static final String CURSOR = "cursor";
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String IF_NONE_MATCH = "If-None-Match";
    static final String CORRELATION_ID = "X-Correlation-Id";
    static final String TRACE_PARENT = "traceparent";

    private final ParameterDescriptions descriptions;

    ConventionalParameters(ParameterDescriptions descriptions) {
        this.descriptions = descriptions;
    }

    static Parameter reference(String name) {
        return new Parameter().$ref("#/components/parameters/" + name);
    }

    @Override
    public void customise(OpenAPI document) {
        add(document, "query", LIMIT, limit());
        add(document, "query", CURSOR, string());
        add(document, "header", IDEMPOTENCY_KEY, string().pattern("^[\\x21-\\x7e]{1,255}$"));
        add(document, "header", IF_NONE_MATCH, string());
        // Another form is no error: it counts for nothing.
        add(document, "header", CORRELATION_ID, string());
        add(document, "header", TRACE_PARENT, string());
    }

    private void add(OpenAPI document, String in, String name, Schema<?> schema) {
        document.getComponents()
                .addParameters(
                        name,
                        new Parameter()
                                .in(in)
                                .name(name)
                                .required(false)
                                .description(descriptions.of(name))
                                .schema(schema));
    }

    private static Schema<?> string() {
        return new JsonSchema().typesItem("string");
    }

    private static Schema<?> limit() {
        return new JsonSchema()
                .typesItem("integer")
                .minimum(BigDecimal.ONE)
                .maximum(BigDecimal.valueOf(PageQuery.MAX_LIMIT))
                ._default(PageQuery.DEFAULT_LIMIT);
    }
}
