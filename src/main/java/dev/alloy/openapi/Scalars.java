package dev.alloy.openapi;

import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The schemas of values that are not objects. What is not listed here may be anything. */
final class Scalars {

    /** Class → JSON type, and format behind a colon. */
    private static final Map<Class<?>, String> TYPES = Map.ofEntries(
            Map.entry(String.class, "string"),
            Map.entry(CharSequence.class, "string"),
            Map.entry(boolean.class, "boolean"),
            Map.entry(Boolean.class, "boolean"),
            Map.entry(int.class, "integer:int32"),
            Map.entry(Integer.class, "integer:int32"),
            Map.entry(long.class, "integer:int64"),
            Map.entry(Long.class, "integer:int64"),
            Map.entry(BigInteger.class, "integer"),
            Map.entry(double.class, "number:double"),
            Map.entry(Double.class, "number:double"),
            Map.entry(BigDecimal.class, "number"),
            Map.entry(Instant.class, "string:date-time"),
            Map.entry(OffsetDateTime.class, "string:date-time"),
            Map.entry(LocalDate.class, "string:date"),
            Map.entry(UUID.class, "string:uuid"),
            Map.entry(URI.class, "string:uri"),
            Map.entry(SseEmitter.class, "string"),
            Map.entry(byte[].class, "string:byte"));

    private Scalars() {}

    static Schema<?> of(Class<?> type) {
        String known = TYPES.get(type);
        if (known == null) {
            return new JsonSchema();
        }
        String[] parts = known.split(":", 2);
        Schema<?> schema = new JsonSchema().typesItem(parts[0]);
        return parts.length == 2 ? schema.format(parts[1]) : schema;
    }
}
