package dev.alloy.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
 * Gives every request a correlation id: the one in {@code X-Correlation-Id} when it is well-formed, else a new one. It is
 * echoed, logged and stored with what the request caused.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class Correlation extends OncePerRequestFilter {

    /** The header's name. */
    public static final String HEADER = "X-Correlation-Id";

    private static final String KEY = "correlation_id";
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
        String given = request.getHeader(HEADER);
        String id = given != null && FORM.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        request.setAttribute(KEY, id);
        return id;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = of(request);
        response.setHeader(HEADER, id);
        MDC.put(KEY, id);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(KEY);
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
