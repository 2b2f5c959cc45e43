package dev.alloy.http;

import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses unknown and repeated query parameters: a typo in a filter must not widen a list. */
class QueryParameterGuard implements HandlerInterceptor {

    private final Map<HandlerMethod, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // What failed is told whatever was asked for.
        if (request.getDispatcherType() != DispatcherType.ERROR
                && handler instanceof HandlerMethod method
                && method.getBeanType().getName().startsWith("dev.alloy.")) {
            Set<String> names = known.computeIfAbsent(method.createWithResolvedBean(), QueryParameterGuard::names);
            request.getParameterMap().forEach((name, values) -> {
                if (!names.contains(name)) {
                    throw ProblemType.INVALID_PARAMETER.because(
                            names.isEmpty()
                                    ? "This endpoint takes no query parameters; '" + Masked.excerpt(name)
                                            + "' was sent."
                                    : "The query parameter '" + Masked.excerpt(name) + "' is unknown; known here: "
                                            + String.join(
                                                    ", ",
                                                    names.stream().sorted().toList()) + ".");
                }
                if (values.length > 1) {
                    throw ProblemType.INVALID_PARAMETER.because(
                            "The parameter '" + name + "' is given more than once.");
                }
                if (values[0].chars().anyMatch(Character::isISOControl)) {
                    throw ProblemType.INVALID_PARAMETER.because(
                            "The value of '" + name + "' holds a control character.");
                }
            });
        }
        return true;
    }

    private static Set<String> names(HandlerMethod method) {
        Set<String> names = new HashSet<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
            if (annotation != null) {
                String name = annotation.name().isEmpty() ? annotation.value() : annotation.name();
                names.add(
                        name.isEmpty() ? String.valueOf(parameter.getParameter().getName()) : name);
            } else if (parameter.getParameterType() == PageQuery.class) {
                names.add("limit");
                names.add("cursor");
            }
        }
        return Set.copyOf(names);
    }
}
