package dev.alloy.openapi;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.http.JsonBody;
import dev.alloy.openapi.WireTypes.WireMember;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/**
 * Makes the schemas of our wire records in place of swagger-core, which reads types with another generation of Jackson and
 * knows neither our naming nor JSpecify. A {@link JsonBody} is the JSON Schema that validates it.
 */
@Component
class RecordSchemas implements ModelConverter {

    private final WireTypes types;
    private final SchemaNames names;

    RecordSchemas(WireTypes types, SchemaNames names) {
        this.types = types;
        this.names = names;
    }

    @Override
    public boolean isOpenapi31() {
        return true;
    }

    @Override
    @SuppressWarnings({"rawtypes", "NullAway"})
    public @Nullable Schema resolve(
            AnnotatedType annotated, ModelConverterContext context, Iterator<ModelConverter> others) {
        JavaType type = annotated.getType() instanceof com.fasterxml.jackson.databind.JavaType known
                ? types.typeOf(known.getRawClass())
                : types.typeOf(annotated.getType());
        if (WireTypes.isOurs(type) || type.hasRawClass(SseEmitter.class)) {
            return schemaOf(type, context);
        }
        return others.hasNext() ? others.next().resolve(annotated, context, others) : null;
    }

    private Schema<?> schemaOf(JavaType type, ModelConverterContext context) {
        if (type.isEnumType()) {
            return enumeration(types.constantsOf(type));
        }
        if (type.isReferenceType()) {
            return nullable(schemaOf(type.getContentType(), context));
        }
        if (type.isCollectionLikeType() || type.isArrayType() && type.getRawClass() != byte[].class) {
            return of("array").items(schemaOf(type.getContentType(), context));
        }
        if (type.isMapLikeType()) {
            return of("object").additionalProperties(schemaOf(type.getContentType(), context));
        }
        if (JsonNode.class.isAssignableFrom(type.getRawClass())) {
            return tree(type.getRawClass());
        }
        return WireTypes.isOurs(type) ? ours(type, context) : Scalars.of(type.getRawClass());
    }

    private Schema<?> ours(JavaType type, ModelConverterContext context) {
        JsonBody body = type.getRawClass().getAnnotation(JsonBody.class);
        if (body != null) {
            return reference(body.schema());
        }
        var value = types.valueOf(type);
        if (value.isPresent()) {
            return schemaOf(value.get(), context);
        }
        Class<?>[] cases = type.getRawClass().getPermittedSubclasses();
        if (cases != null) {
            return new JsonSchema()
                    .oneOf(Arrays.stream(cases)
                            .<Schema>map(one -> schemaOf(types.typeOf(one), context))
                            .toList());
        }
        String name = names.of(type);
        if (!context.getDefinedModels().containsKey(name)) {
            Schema<?> schema = of("object");
            // Before its members, since one of them may be of the same type.
            context.defineModel(name, schema);
            describe(type, schema, context);
        }
        return reference(name);
    }

    private void describe(JavaType type, Schema<?> schema, ModelConverterContext context) {
        Map<String, Schema> properties = new LinkedHashMap<>();
        for (WireMember member : types.membersOf(type)) {
            Schema<?> property = property(member, context);
            properties.put(member.name(), member.nullable() ? nullable(property) : property);
            if (!member.optional()) {
                schema.addRequiredItem(member.name());
            }
        }
        schema.setProperties(properties);
        if (types.isOpen(type)) {
            schema.setAdditionalProperties(true);
        }
    }

    private Schema<?> property(WireMember member, ModelConverterContext context) {
        var given = member.annotation(io.swagger.v3.oas.annotations.media.Schema.class);
        Schema<?> schema;
        if (given != null && !given.ref().isEmpty()) {
            schema = new JsonSchema().$ref(given.ref());
        } else if (given != null && given.implementation() != Void.class) {
            schema = schemaOf(types.typeOf(given.implementation()), context);
        } else if (given != null && !given.type().isEmpty()) {
            schema = given.type().equals("array") ? of("array").items(new JsonSchema()) : of(given.type());
        } else if (member.annotation(JsonRawValue.class) != null) {
            schema = new JsonSchema();
        } else {
            schema = schemaOf(member.type(), context);
        }
        if (given != null && !given.description().isEmpty()) {
            schema.setDescription(given.description());
        }
        return schema;
    }

    private static Schema<?> tree(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "ObjectNode" -> of("object");
            case "ArrayNode" -> of("array").items(new JsonSchema());
            default -> new JsonSchema();
        };
    }

    private static Schema<?> enumeration(List<String> constants) {
        Schema<Object> schema = of("string");
        schema.setEnum(List.copyOf(constants));
        return schema;
    }

    private static Schema<?> nullable(Schema<?> schema) {
        Set<String> kinds = schema.getTypes();
        if (schema.get$ref() == null && schema.getEnum() == null && kinds != null) {
            Set<String> wider = new LinkedHashSet<>(kinds);
            wider.add("null");
            schema.setTypes(wider);
            return schema;
        }
        boolean anything = schema.get$ref() == null && schema.getEnum() == null && schema.getOneOf() == null;
        return anything ? schema : new JsonSchema().anyOf(List.of(schema, of("null")));
    }

    private static Schema<Object> of(String kind) {
        var schema = new JsonSchema();
        schema.setTypes(new LinkedHashSet<>(Set.of(kind)));
        return schema;
    }

    private static Schema<?> reference(String component) {
        return new JsonSchema().$ref("#/components/schemas/" + component);
    }
}
