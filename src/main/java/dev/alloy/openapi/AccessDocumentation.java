package dev.alloy.openapi;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Says who may call, from {@link Access}. A public endpoint bears an empty {@link SecurityRequirements}. */
@Component
@Order(Rank.ACCESS)
class AccessDocumentation implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        Access access = method.getMethodAnnotation(Access.class);
        if (access != null && !access.open()) {
            Map<String, String> callers = callers(access);
            operation.setSecurity(callers.keySet().stream()
                    .map(scheme -> new SecurityRequirement().addList(scheme))
                    .toList());
            describe(operation, "Called with " + String.join(", or ", callers.values()) + ".");
            require(operation, access.authority());
        } else if (access != null || method.hasMethodAnnotation(SecurityRequirements.class)) {
            operation.setSecurity(new ArrayList<>());
            describe(operation, "Open to all callers.");
        }
        return operation;
    }

    /** Scheme → the credential in words. */
    private static Map<String, String> callers(Access access) {
        Map<String, String> callers = new LinkedHashMap<>();
        if (access.anyone()) {
            callers.put(SecuritySchemes.TOKEN, "any access token");
        } else if (access.authority().length > 0) {
            String authorities = Arrays.stream(access.authority())
                    .map(authority -> "`" + authority.wireName() + "`")
                    .collect(Collectors.joining(" or "));
            callers.put(SecuritySchemes.TOKEN, "an access token that has the authority " + authorities);
        }
        if (access.anyone() || access.runner()) {
            callers.put(SecuritySchemes.RUNNER_KEY, "a runner's key");
        }
        if (access.anyone() || access.registration()) {
            callers.put(SecuritySchemes.REGISTRATION_TOKEN, "a registration token");
        }
        if (access.anyone() || access.callback()) {
            callers.put(SecuritySchemes.CALLBACK_TOKEN, "the callback token of the attempt");
        }
        return callers;
    }

    private static void require(Operation operation, Authority[] authorities) {
        if (authorities.length > 0) {
            List<String> names =
                    Arrays.stream(authorities).map(Authority::wireName).toList();
            operation.addExtension("x-required-authority", names.size() == 1 ? names.get(0) : names);
        }
    }

    private static void describe(Operation operation, String sentence) {
        String before = operation.getDescription();
        // An operation that answers in two forms has two methods.
        if (before != null && before.endsWith(sentence)) {
            return;
        }
        operation.setDescription(before == null || before.isBlank() ? sentence : before.strip() + "\n\n" + sentence);
    }
}
