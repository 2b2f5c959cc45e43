package dev.alloy.testing;

import dev.alloy.access.Access;
import dev.alloy.http.JsonBody;
import dev.alloy.http.PageQuery;
import dev.alloy.http.SpooledBody;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;

/** One operation of the API, as its handler method declares it. Sweeps over all of them meet new ones by themselves. */
public record Endpoint(String method, String pattern, HandlerMethod handler) {

    /** Every operation under {@code /api}, in a stable order. */
    public static List<Endpoint> all(RequestMappingHandlerMapping mapping) {
        return mapping.getHandlerMethods().entrySet().stream()
                .flatMap(entry -> entry.getKey().getPatternValues().stream()
                        .filter(pattern -> pattern.startsWith("/api/"))
                        .flatMap(pattern -> methods(entry.getKey()).stream()
                                .map(method -> new Endpoint(method.name(), pattern, entry.getValue()))))
                .sorted(Comparator.comparing(Endpoint::pattern).thenComparing(Endpoint::method))
                .toList();
    }

    private static Set<RequestMethod> methods(RequestMappingInfo info) {
        return info.getMethodsCondition().getMethods();
    }

    /** Who may call it. */
    public Access access() {
        return Objects.requireNonNull(handler.getMethodAnnotation(Access.class), handler::toString);
    }

    /** Whether a person with the right authority may call it. */
    public boolean isForPeople() {
        return access().anyone() || access().authority().length > 0;
    }

    /** Name of the schema of its body; empty when it takes none. */
    public Optional<String> schema() {
        return Arrays.stream(handler.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
                .map(parameter -> parameter.getParameterType().getAnnotation(JsonBody.class))
                .filter(Objects::nonNull)
                .map(JsonBody::schema)
                .findFirst();
    }

    /** Whether its body is a file that is not read into memory. */
    public boolean takesFile() {
        return Arrays.stream(handler.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType() == SpooledBody.class);
    }

    /** The media types that it says it answers; empty for JSON alone. */
    public List<String> produces() {
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
        return mapping == null ? List.of() : List.of(mapping.produces());
    }

    /** Whether a path, without its query, is one of this operation's. */
    public boolean matches(String path) {
        return PathPatternParser.defaultInstance.parse(pattern).matches(PathContainer.parsePath(path));
    }

    /** Names of the query parameters it knows. */
    public Set<String> parameters() {
        Set<String> names = new TreeSet<>();
        for (MethodParameter parameter : handler.getMethodParameters()) {
            RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
            if (annotation != null) {
                names.add(annotation.name().isEmpty() ? parameter.getParameter().getName() : annotation.name());
            } else if (parameter.getParameterType() == PageQuery.class) {
                names.addAll(List.of("cursor", "limit"));
            }
        }
        return names;
    }

    @Override
    public String toString() {
        return method + " " + pattern;
    }
}
