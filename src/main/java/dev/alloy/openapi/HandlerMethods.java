package dev.alloy.openapi;

import dev.alloy.http.JsonBody;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.method.HandlerMethod;

/** Questions about a handler method that several rules ask. */
final class HandlerMethods {

    private HandlerMethods() {}

    static boolean takes(HandlerMethod method, Class<?> type) {
        return Arrays.stream(method.getMethodParameters()).anyMatch(one -> one.getParameterType() == type);
    }

    static boolean takesHeader(HandlerMethod method, String name) {
        return Arrays.stream(method.getMethodParameters())
                .map(one -> one.getParameterAnnotation(RequestHeader.class))
                .anyMatch(header -> header != null && (header.name() + header.value()).contains(name));
    }

    static boolean takesPathVariable(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .anyMatch(one -> one.hasParameterAnnotation(PathVariable.class));
    }

    static boolean takesBody(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .anyMatch(one -> one.hasParameterAnnotation(RequestBody.class));
    }

    /** The JSON Schema of the body, where it has one. */
    static Optional<String> bodySchema(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .map(MethodParameter::getParameterType)
                .map(type -> type.getAnnotation(JsonBody.class))
                .filter(body -> body != null)
                .map(JsonBody::schema)
                .findFirst();
    }

    /** What is in the {@code ResponseEntity} that the method answers with; null when it answers with something else. */
    static @Nullable Type entity(HandlerMethod method) {
        MethodParameter answer = method.getReturnType();
        return HttpEntity.class.isAssignableFrom(answer.getParameterType())
                ? answer.nested().getNestedGenericParameterType()
                : null;
    }

    /** The type of the body that the method answers with. */
    static Type answer(HandlerMethod method) {
        Type entity = entity(method);
        return entity == null ? method.getReturnType().getGenericParameterType() : entity;
    }
}
