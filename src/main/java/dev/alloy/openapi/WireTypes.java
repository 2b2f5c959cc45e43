package dev.alloy.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** What our types look like as JSON, asked of the very mapper that writes them: names, types and what may be null. */
@Component
class WireTypes {

    private final JsonMapper json;

    WireTypes(JsonMapper json) {
        this.json = json;
    }

    /**
     * A member as it is written.
     *
     * @param nullable whether null is written
     * @param optional whether it may be left out
     */
    record WireMember(String name, JavaType type, AnnotatedMember accessor, boolean nullable, boolean optional) {

        <A extends Annotation> @Nullable A annotation(Class<A> type) {
            return accessor.getAnnotation(type);
        }
    }

    JavaType typeOf(java.lang.reflect.Type type) {
        return json.getTypeFactory().constructType(type);
    }

    static boolean isOurs(JavaType type) {
        return type.getRawClass().getName().startsWith("dev.alloy.");
    }

    /** The type of the one value that stands for the whole object, such as the text of an id. */
    Optional<JavaType> valueOf(JavaType type) {
        return Optional.ofNullable(describe(type).findJsonValueAccessor()).map(AnnotatedMember::getType);
    }

    /** An enum's constants as they are written. */
    List<String> constantsOf(JavaType type) {
        return Stream.of(Objects.requireNonNull(type.getRawClass().getEnumConstants()))
                .map(constant -> json.valueToTree(constant).asString())
                .toList();
    }

    /** Whether members beyond the known ones are written. */
    boolean isOpen(JavaType type) {
        return describe(type).findAnyGetter() != null;
    }

    List<WireMember> membersOf(JavaType type) {
        return describe(type).findProperties().stream()
                .filter(BeanPropertyDefinition::couldSerialize)
                .flatMap(property -> members(type, property))
                .toList();
    }

    private Stream<WireMember> members(JavaType owner, BeanPropertyDefinition property) {
        AnnotatedElement source = source(owner.getRawClass(), property);
        JavaType type = property.getAccessor().getType();
        if (property.getAccessor().getAnnotation(JsonUnwrapped.class) != null) {
            return membersOf(type).stream();
        }
        boolean nullable = isNullable(source);
        boolean optional = leavesNullsOut(owner.getRawClass(), property.getAccessor());
        return Stream.of(new WireMember(
                property.getName(), type, property.getAccessor(), nullable && !optional, nullable && optional));
    }

    private static AnnotatedElement source(Class<?> owner, BeanPropertyDefinition property) {
        if (owner.isRecord()) {
            for (RecordComponent component : owner.getRecordComponents()) {
                if (component.getName().equals(property.getInternalName())) {
                    return component;
                }
            }
        }
        Member member = property.getAccessor().getMember();
        return member instanceof AnnotatedElement annotated ? annotated : owner;
    }

    private static boolean isNullable(AnnotatedElement source) {
        var type = source instanceof RecordComponent component
                ? component.getAnnotatedType()
                : source instanceof Method method
                        ? method.getAnnotatedReturnType()
                        : source instanceof Field field ? field.getAnnotatedType() : null;
        return type != null && type.isAnnotationPresent(Nullable.class);
    }

    private static boolean leavesNullsOut(Class<?> owner, AnnotatedMember accessor) {
        JsonInclude own = accessor.getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? owner.getAnnotation(JsonInclude.class) : own;
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    private BeanDescription describe(JavaType type) {
        ClassIntrospector introspector = json.serializationConfig().classIntrospectorInstance();
        return introspector.introspectForSerialization(type, introspector.introspectClassAnnotations(type));
    }
}
