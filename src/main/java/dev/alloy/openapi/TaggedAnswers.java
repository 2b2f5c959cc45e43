package dev.alloy.openapi;

import dev.alloy.http.Creates;
import dev.alloy.http.Tagged;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Which answers carry an {@code ETag}: those of a type that some {@code PATCH} with {@code If-Match} answers with, those that
 * create such a resource, and those marked {@link Tagged}.
 */
@Component
class TaggedAnswers {

    private final ObjectProvider<RequestMappingHandlerMapping> mappings;

    TaggedAnswers(ObjectProvider<RequestMappingHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    boolean isTagged(HandlerMethod method) {
        return method.hasMethodAnnotation(Tagged.class)
                || isOfATaggedType(method)
                || method.hasMethodAnnotation(Creates.class) && createsATaggedResource(method);
    }

    private boolean isOfATaggedType(HandlerMethod method) {
        Type type = Handlers.entity(method);
        return type != null
                && handlers()
                        .filter(one -> isVersionedChange(one))
                        .anyMatch(one -> type.equals(Handlers.entity(one.method())));
    }

    /** A creating call answers with a secret beside the resource at times, so the resource's own path decides. */
    private boolean createsATaggedResource(HandlerMethod method) {
        Set<String> collections = handlers()
                .filter(one -> one.method().getMethod().equals(method.getMethod()))
                .flatMap(one -> one.info().getPatternValues().stream())
                .collect(Collectors.toSet());
        return handlers()
                .filter(TaggedAnswers::isVersionedChange)
                .flatMap(one -> one.info().getPatternValues().stream())
                .anyMatch(path -> collections.contains(path.replaceFirst("/\\{[^/]+}$", "")));
    }

    private static boolean isVersionedChange(Handler one) {
        return one.info().getMethodsCondition().getMethods().contains(RequestMethod.PATCH)
                && Handlers.takesHeader(one.method(), "If-Match");
    }

    private record Handler(RequestMappingInfo info, HandlerMethod method) {}

    private Stream<Handler> handlers() {
        return mappings.stream()
                .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
                .map(entry -> new Handler(entry.getKey(), entry.getValue()));
    }
}
