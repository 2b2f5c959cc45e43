package dev.alloy.access;

import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Enforces {@link Access} before a handler under {@code /api} runs. */
class AccessGuard implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // OPTIONS is answered by Spring itself with what is allowed, and tells nothing that the OpenAPI document does
        // not.
        boolean asksForOptions = request.getMethod().equals("OPTIONS");
        if (handler instanceof HandlerMethod method && request.getRequestURI().startsWith("/api/") && !asksForOptions) {
            Access access = method.getMethodAnnotation(Access.class);
            if (access == null || !access.open()) {
                check(access, CallerResolver.current());
            }
        }
        return true;
    }

    private static void check(@Nullable Access access, Caller caller) {
        if (access == null) {
            throw ProblemType.AUTHORITY_MISSING.because("Nobody may make this call.");
        }
        if (access.anyone()) {
            return;
        }
        switch (caller.kind()) {
            case PERSON -> {
                if (access.authority().length == 0) {
                    throw ProblemType.AUTHORITY_MISSING.because(
                            access.registration()
                                    ? "Only a registration token may make this call."
                                    : "Only a runner's key may make this call.");
                }
                requireAny(caller, access.authority());
            }
            case RUNNER -> refuseUnless(access.runner(), "A runner's key may not make this call.");
            case REGISTRATION ->
                refuseUnless(access.registration(), "A registration token may only register a runner.");
            case SYSTEM -> throw new IllegalStateException("The service does not call itself over HTTP");
            case CALLBACK -> refuseUnless(access.callback(), "A callback token may only report its run's completion.");
        }
    }

    /** One of several is enough for the call's kind; what the very call takes beyond that is known where it is made. */
    private static void requireAny(Caller caller, Authority... authorities) {
        if (Arrays.stream(authorities).noneMatch(caller::may)) {
            caller.require(authorities[0]);
        }
    }

    private static void refuseUnless(boolean allowed, String detail) {
        if (!allowed) {
            throw ProblemType.AUTHORITY_MISSING.because(detail);
        }
    }
}
