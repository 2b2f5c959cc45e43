package dev.alloy.openapi;

import dev.alloy.access.Access;
import dev.alloy.http.Creates;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Which answers carry an {@code ETag}. A GET that answers with a {@code ResponseEntity} does so for the sake of its tag, unless
 * it is a runner's poll; other calls do where they answer with a {@code ResponseEntity} of the same type, or create what such a
 * GET reads.
 */
@Component
class TaggedAnswers {

    private final ObjectProvider<RequestMappingHandlerMapping> mappings;

    TaggedAnswers(ObjectProvider<RequestMappingHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    boolean isTagged(HandlerMethod method) {
        Handler handler = handlers()
                .filter(one -> one.method().getMethod().equals(method.getMethod()))
                .findFirst()
                .orElseThrow();
        return handler.uses(RequestMethod.GET)
                ? handler.readsATag()
                : answersWithATaggedType(handler) || createsATaggedResource(handler);
    }

    private boolean answersWithATaggedType(Handler handler) {
        Type type = HandlerMethods.entity(handler.method());
        return type != null
                && !type.equals(byte[].class)
                && handlers()
                        .filter(Handler::readsATag)
                        .anyMatch(one -> type.equals(HandlerMethods.entity(one.method())));
    }

    /** A creating call answers with a secret beside the resource at times, so the resource's own path decides. */
    private boolean createsATaggedResource(Handler handler) {
        Set<String> collections = handler.info().getPatternValues();
        return handler.method().hasMethodAnnotation(Creates.class)
                && handlers()
                        .filter(Handler::readsATag)
                        .flatMap(one -> one.info().getPatternValues().stream())
                        .map(path -> path.replaceFirst("/\\{[^/]+}$", ""))
                        .anyMatch(collections::contains);
    }

    private record Handler(RequestMappingInfo info, HandlerMethod method) {

        boolean uses(RequestMethod verb) {
            return info.getMethodsCondition().getMethods().contains(verb);
        }

        boolean readsATag() {
            return uses(RequestMethod.GET) && HandlerMethods.entity(method) != null && !isPoll();
        }

        private boolean isPoll() {
            Access access = method.getMethodAnnotation(Access.class);
            return access != null && access.runner() && access.authority().length == 0;
        }
    }

    private Stream<Handler> handlers() {
        return mappings.stream()
                .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
                .map(entry -> new Handler(entry.getKey(), entry.getValue()));
    }
}
