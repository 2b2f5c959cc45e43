package dev.alloy.openapi;

import dev.alloy.access.Access;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.http.Creates;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.method.HandlerMethod;

/** Which problems a handler method can answer, as far as its signature and annotations say. */
final class ProblemRules {

    private static final Pattern REFERRING_MEMBER = Pattern.compile("\"[a-z_]+_(id|ids|projects)\"\\s*:");

    private ProblemRules() {}

    static Set<ProblemType> of(HandlerMethod method) {
        Set<ProblemType> types = EnumSet.of(
                ProblemType.MALFORMED_REQUEST,
                ProblemType.INVALID_PARAMETER,
                ProblemType.NOT_ACCEPTABLE,
                ProblemType.TOO_MANY_REQUESTS,
                ProblemType.TOO_MANY_AT_ONCE,
                ProblemType.INTERNAL_ERROR,
                ProblemType.UNAVAILABLE);
        addRefusedCallers(types, method);
        addRefusedBodies(types, method);
        addRefusedPreconditions(types, method);
        if (HandlerMethods.takesPathVariable(method)) {
            types.add(ProblemType.NOT_FOUND);
        }
        if (HandlerMethods.takes(method, PageQuery.class)) {
            types.add(ProblemType.INVALID_CURSOR);
        }
        Problems declared = method.getMethodAnnotation(Problems.class);
        if (declared != null) {
            types.addAll(List.of(declared.value()));
        }
        return types;
    }

    private static void addRefusedCallers(Set<ProblemType> types, HandlerMethod method) {
        Access access = method.getMethodAnnotation(Access.class);
        if (access != null) {
            types.add(ProblemType.UNAUTHENTICATED);
            if (!access.anyone()) {
                types.add(ProblemType.AUTHORITY_MISSING);
            }
        }
        if (HandlerMethods.takesHeader(method, "Alloy-Lease")) {
            types.add(ProblemType.LEASE_REQUIRED);
            types.add(ProblemType.LEASE_INVALID);
            types.add(ProblemType.LEASE_SUPERSEDED);
            types.add(ProblemType.RUN_UNKNOWN_AFTER_RESTORE);
        }
    }

    private static void addRefusedBodies(Set<ProblemType> types, HandlerMethod method) {
        if (HandlerMethods.takesBody(method)) {
            types.add(ProblemType.MALFORMED_JSON);
            types.add(ProblemType.JSON_LIMIT_EXCEEDED);
            types.add(ProblemType.PAYLOAD_TOO_LARGE);
            types.add(ProblemType.BODY_TOO_SLOW);
            types.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
            types.add(ProblemType.INVALID_BODY);
        }
        HandlerMethods.bodySchema(method)
                .filter(ProblemRules::refers)
                .ifPresent(schema -> types.add(ProblemType.UNKNOWN_REFERENCE));
        HandlerMethods.bodySchema(method)
                .filter(schema -> !DocumentSchemas.versionsReadBy(schema).isEmpty())
                .ifPresent(schema -> types.add(ProblemType.UNSUPPORTED_SCHEMA_VERSION));
    }

    /** Whether a body of this schema names other resources. Documents do too, but say what was, not what is to be looked up. */
    private static boolean refers(String schema) {
        return !schema.contains(".")
                && DocumentSchemas.source(schema)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .filter(text -> REFERRING_MEMBER.matcher(text).find())
                        .isPresent();
    }

    private static void addRefusedPreconditions(Set<ProblemType> types, HandlerMethod method) {
        if (method.hasMethodAnnotation(Creates.class)) {
            types.add(ProblemType.IDEMPOTENCY_KEY_IN_PROGRESS);
            types.add(ProblemType.IDEMPOTENCY_KEY_REUSED);
        }
        if (HandlerMethods.takesHeader(method, "If-Match")) {
            types.add(ProblemType.PRECONDITION_FAILED);
            if (method.hasMethodAnnotation(PatchMapping.class)) {
                types.add(ProblemType.PRECONDITION_REQUIRED);
            }
        }
    }
}
