package dev.alloy.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JavaType;

/**
 * Names the schemas of records: {@code ProjectResponse} is {@code Project}, {@code Page<ProjectResponse>} is
 * {@code PageOfProject}. Where two records would have one name, both are named after where they are declared as well, whatever
 * the order in which they are met.
 */
@Component
class SchemaNames {

    private final ObjectProvider<RequestMappingHandlerMapping> mappings;
    private final WireTypes types;
    private @Nullable Set<String> ambiguous;

    SchemaNames(ObjectProvider<RequestMappingHandlerMapping> mappings, WireTypes types) {
        this.mappings = mappings;
        this.types = types;
    }

    String of(JavaType type) {
        var name = new StringBuilder(of(type.getRawClass()));
        for (JavaType argument : type.getBindings().getTypeParameters()) {
            name.append("Of").append(of(argument));
        }
        return name.toString();
    }

    private String of(Class<?> type) {
        String name = simple(type);
        return ambiguous().contains(name) ? owner(type) + name : name;
    }

    private static String simple(Class<?> type) {
        Schema given = type.getAnnotation(Schema.class);
        if (given != null && !given.name().isEmpty()) {
            return given.name();
        }
        String name = type.getSimpleName();
        return name.endsWith("Response") && name.length() > "Response".length()
                ? name.substring(0, name.length() - "Response".length())
                : name;
    }

    private static String owner(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        if (enclosing != null) {
            return enclosing.getSimpleName().replaceFirst("(Controller|Response)$", "");
        }
        String module = type.getPackageName().replaceFirst("^dev\\.alloy\\.?([^.]*).*", "$1");
        return module.isEmpty() ? "" : Character.toUpperCase(module.charAt(0)) + module.substring(1);
    }

    private synchronized Set<String> ambiguous() {
        if (ambiguous == null) {
            Map<String, Set<Class<?>>> byName = new HashMap<>();
            for (Class<?> type : reachable()) {
                byName.computeIfAbsent(simple(type), name -> new HashSet<>()).add(type);
            }
            ambiguous = byName.entrySet().stream()
                    .filter(entry -> entry.getValue().size() > 1)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }
        return ambiguous;
    }

    /** Our records within what handler methods answer with. */
    private Set<Class<?>> reachable() {
        List<JavaType> open = new ArrayList<>();
        mappings.stream()
                .flatMap(mapping -> mapping.getHandlerMethods().values().stream())
                .map(method -> types.typeOf(HandlerMethods.answer(method)))
                .forEach(open::add);
        Set<JavaType> seen = new HashSet<>();
        while (!open.isEmpty()) {
            JavaType type = open.remove(open.size() - 1);
            if (seen.add(type)) {
                open.addAll(type.getBindings().getTypeParameters());
                if (WireTypes.isOurs(type) && !type.isEnumType()) {
                    types.membersOf(type).forEach(member -> open.add(member.type()));
                }
            }
        }
        return seen.stream()
                .filter(type -> WireTypes.isOurs(type) && type.getRawClass().isRecord())
                .map(JavaType::getRawClass)
                .collect(Collectors.toSet());
    }
}
