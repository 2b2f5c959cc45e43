package dev.alloy.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request a correlation id. It is a well-formed {@code X-Correlation-Id}, else the trace id of {@code traceparent}
 * (W3C Trace Context), else a new one. It is echoed, logged, stored with what the request caused, and sent on with the
 * runs that it asked for.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class Correlation extends OncePerRequestFilter {

    /** The header's name. */
    public static final String HEADER = "X-Correlation-Id";

    private static final String KEY = "correlation_id";
    private static final String TRACE_ID = "trace_id";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** The id of the request that the current thread serves, or null outside a request. */
    public static @Nullable String current() {
        return MDC.get(KEY);
    }

    /** Does on this thread what belongs to the request of this id. */
    public static <T> T during(@Nullable String id, Supplier<T> work) {
        if (id == null) {
            return work.get();
        }
        try (var ignored = MDC.putCloseable(KEY, id)) {
            return work.get();
        }
    }

    /** The id of a request, also when its processing left this filter. */
    public static String of(HttpServletRequest request) {
        return request.getAttribute(KEY) instanceof String id ? id : assign(request);
    }

    private static String assign(HttpServletRequest request) {
        String id = given(request).orElseGet(() -> TraceParent.of(request)
                .map(TraceParent::traceId)
                .orElseGet(() -> UUID.randomUUID().toString()));
        request.setAttribute(KEY, id);
        return id;
    }

    private static Optional<String> given(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader(HEADER))
                .filter(id -> FORM.matcher(id).matches() && !Masked.isNeeded(id));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = of(request);
        response.setHeader(HEADER, id);
        MDC.put(KEY, id);
        Optional<TraceParent> parent = TraceParent.of(request);
        parent.ifPresent(caller -> {
            response.setHeader(TraceParent.HEADER, caller.child().text());
            MDC.put(TRACE_ID, caller.traceId());
        });
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(KEY);
            MDC.remove(TRACE_ID);
        }
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }
}
