package dev.alloy.access;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Enforces {@link Access} before a handler under {@code /api} runs, or one that draws a page. */
class AccessGuard implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // OPTIONS is answered by Spring itself with what is allowed, and tells nothing that the OpenAPI document does
        // not.
        boolean asksForOptions = request.getMethod().equals("OPTIONS");
        if (handler instanceof HandlerMethod method && !asksForOptions) {
            Access access = method.getMethodAnnotation(Access.class);
            if (access == null && !request.getRequestURI().startsWith("/api/")) {
                return true;
            }
            if (access == null || !access.open()) {
                check(access, CallerResolver.current());
            }
        }
        return true;
    }

    private static void check(@Nullable Access access, Caller caller) {
        if (access == null) {
            throw ProblemType.AUTHORITY_MISSING
                    .because("No credential may make this call.")
                    .remedy("Look for another call in the OpenAPI document.");
        }
        if (!access.anyone() && !allows(access, caller)) {
            throw refusal(access, caller);
        }
    }

    /** One authority of several is enough for the call's kind; what the very call takes beyond that is known where it is made. */
    private static boolean allows(Access access, Caller caller) {
        return switch (caller.kind()) {
            case PERSON -> Arrays.stream(access.authority()).anyMatch(caller::may);
            case RUNNER -> access.runner();
            case REGISTRATION -> access.registration();
            case CALLBACK -> access.callback();
            case SYSTEM -> throw new IllegalStateException("The service does not call itself over HTTP");
        };
    }

    /** Names what would do, and how to come by it. */
    private static ProblemException refusal(Access access, Caller caller) {
        List<String> authorities =
                Arrays.stream(access.authority()).map(Authority::wireName).toList();
        if (caller.kind() == Caller.Kind.PERSON && !authorities.isEmpty()) {
            return authorities.size() == 1 ? caller.lacks(access.authority()[0]) : oneOf(authorities, access.each());
        }
        String wanted = credentials(access, authorities);
        return ProblemType.AUTHORITY_MISSING
                .because(sent(caller.kind()) + " may not make this call; it takes " + wanted + ".")
                .remedy("Make the call with " + wanted + ".");
    }

    /** The guard sees the call's kind alone; so it names all that may do, rather than one that may turn out not to. */
    private static ProblemException oneOf(List<String> authorities, String each) {
        String named = each.isEmpty() ? "'" + String.join("', '", authorities) + "'" : each;
        return ProblemType.AUTHORITY_MISSING
                .because("This call needs one of the authorities: " + named + ".")
                .with("required_authorities", authorities)
                .remedy("Ask an administrator of the organization for a token with the one that it takes: " + named
                        + ".");
    }

    private static String sent(Caller.Kind kind) {
        return switch (kind) {
            case PERSON -> "An access token";
            case RUNNER -> "A runner's key";
            case REGISTRATION -> "A registration token";
            case CALLBACK -> "A callback token";
            case SYSTEM -> "The service itself";
        };
    }

    private static String credentials(Access access, List<String> authorities) {
        List<String> kinds = new ArrayList<>();
        if (!authorities.isEmpty()) {
            kinds.add("an access token (alloy_pat_…) with '" + String.join("' or '", authorities) + "'");
        }
        if (access.runner()) {
            kinds.add("a runner's key (alloy_rnr_…)");
        }
        if (access.registration()) {
            kinds.add("a registration token (alloy_reg_…)");
        }
        if (access.callback()) {
            kinds.add("the callback token (alloy_cbk_…) of the run's attempt");
        }
        return String.join(", or ", kinds);
    }
}
