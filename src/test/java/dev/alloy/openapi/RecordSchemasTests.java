package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverterContextImpl;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class RecordSchemasTests {

    private final WireTypes types = new WireTypes(JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build());
    private final RecordSchemas schemas = new RecordSchemas(
            types,
            new SchemaNames(
                    new StaticListableBeanFactory().getBeanProvider(RequestMappingHandlerMapping.class), types));
    private final ModelConverterContextImpl context = new ModelConverterContextImpl(schemas);

    enum Colour {
        DARK_RED;

        @JsonValue
        String wireName() {
            return "dark-red";
        }
    }

    record Id(@JsonValue String value) {}

    record Inner(int count) {}

    record ThingResponse(
            Id id,
            Instant createdAt,
            Colour colour,
            @Nullable String remark,
            @Nullable Inner inner,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String hint,

            List<ThingResponse> parts,
            Map<String, Inner> byName) {}

    record WholeResponse(@JsonUnwrapped Inner inner, String name) {}

    @JsonBody(schema = "create_project")
    record BodyRequest(String id) {}

    @Test
    void namesMembersAsTheyAreWritten() {
        Schema<?> thing = define("Thing", ThingResponse.class);

        assertThat(thing.getProperties().keySet())
                .containsExactly("id", "created_at", "colour", "remark", "inner", "hint", "parts", "by_name");
        assertThat(property(thing, "id").getTypes()).containsExactly("string");
        assertThat(property(thing, "created_at").getFormat()).isEqualTo("date-time");
        assertThat(property(thing, "colour").getEnum()).singleElement().hasToString("dark-red");
    }

    @Test
    void tellsWhatMayBeNullFromWhatMayBeAbsent() {
        Schema<?> thing = define("Thing", ThingResponse.class);

        assertThat(thing.getRequired())
                .containsExactlyInAnyOrder("id", "created_at", "colour", "remark", "inner", "parts", "by_name");
        assertThat(property(thing, "remark").getTypes()).containsExactly("string", "null");
        assertThat(property(thing, "hint").getTypes()).containsExactly("string");
        assertThat(property(thing, "inner").getAnyOf()).hasSize(2);
    }

    @Test
    void refersToARecordWithinItself() {
        Schema<?> thing = define("Thing", ThingResponse.class);

        assertThat(property(thing, "parts").getItems().get$ref()).isEqualTo("#/components/schemas/Thing");
    }

    @Test
    void writesUnwrappedMembersInPlace() {
        assertThat(define("Whole", WholeResponse.class).getProperties()).containsOnlyKeys("count", "name");
    }

    @Test
    void namesAPageAfterItsItems() {
        define("PageOfThing", new ParameterizedTypeReference<Page<ThingResponse>>() {}.getType());

        assertThat(context.getDefinedModels()).containsOnlyKeys("PageOfThing", "Thing", "Inner");
    }

    @Test
    void documentsABodyByTheSchemaThatValidatesIt() {
        assertThat(resolve(BodyRequest.class).get$ref()).isEqualTo("#/components/schemas/create_project");
    }

    private Schema<?> define(String name, Type type) {
        assertThat(resolve(type).get$ref()).isEqualTo("#/components/schemas/" + name);
        return Objects.requireNonNull(context.getDefinedModels().get(name));
    }

    private Schema<?> resolve(Type type) {
        return Objects.requireNonNull(context.resolve(new AnnotatedType(type)));
    }

    private static Schema<?> property(Schema<?> schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name));
    }
}
