package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.http.CoalescingListener;
import dev.alloy.http.ReadRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * Coalesces equal run requests of one credential. The first is served; the others wait for its answer without a thread
 * or a place. So a storm of them neither waits in line nor is shed. Source: dispatch.md, “Requests”.
 */
class RequestCoalescing extends OncePerRequestFilter {

    private static final Pattern RUN_REQUESTS = Pattern.compile("/api/projects/[^/]+/run-requests");

    /** What the container would take for an answer of its own, or says of this request alone. */
    private static final List<String> OWN = List.of("content-length", "date", "ratelimit", "x-correlation-id");

    private static final Logger LOG = LoggerFactory.getLogger(RequestCoalescing.class);

    private final List<CoalescingListener> heard;
    private final Map<Key, List<AsyncContext>> underWay = new HashMap<>();

    RequestCoalescing(List<CoalescingListener> heard) {
        this.heard = heard;
    }

    private record Key(
            @Nullable String organization,
            String credential,
            String path,
            @Nullable String query,
            @Nullable String contentType,
            @Nullable String accept,
            @Nullable String idempotencyKey,
            String body) {}

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Key key = key(request);
        BufferedAnswer answer = WebUtils.getNativeResponse(response, BufferedAnswer.class);
        if (key == null || answer == null) {
            chain.doFilter(request, response);
            return;
        }
        if (follows(key, request, response)) {
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            tell(key, end(key), answer);
        }
    }

    private static @Nullable Key key(HttpServletRequest request) {
        Caller caller = Caller.current();
        ReadRequest read = WebUtils.getNativeRequest(request, ReadRequest.class);
        if (caller == null
                || read == null
                || !request.getMethod().equals("POST")
                || !RUN_REQUESTS.matcher(request.getRequestURI()).matches()) {
            return null;
        }
        return new Key(
                caller.organizationId(),
                caller.credentialId(),
                request.getRequestURI(),
                request.getQueryString(),
                request.getContentType(),
                request.getHeader("Accept"),
                request.getHeader("Idempotency-Key"),
                read.bodyDigest());
    }

    private synchronized boolean follows(Key key, HttpServletRequest request, HttpServletResponse response) {
        List<AsyncContext> others = underWay.get(key);
        if (others == null) {
            underWay.put(key, new ArrayList<>());
            return false;
        }
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0);
        others.add(context);
        return true;
    }

    private synchronized List<AsyncContext> end(Key key) {
        return Objects.requireNonNull(underWay.remove(key));
    }

    private void tell(Key key, Collection<AsyncContext> followers, BufferedAnswer first) {
        if (followers.isEmpty()) {
            return;
        }
        count(key, first.getHeader("Location"), followers.size());
        byte[] body = first.bytes();
        for (AsyncContext follower : followers) {
            try {
                copy(key, first, body == null ? new byte[0] : body, (HttpServletResponse) follower.getResponse());
            } catch (IOException | IllegalStateException e) {
                // It is gone.
            } finally {
                complete(follower);
            }
        }
    }

    private void count(Key key, @Nullable String location, int followers) {
        // With a key it is the kept answer that comes again, which nobody counts.
        if (location == null || key.idempotencyKey() != null) {
            return;
        }
        try {
            heard.forEach(one -> one.shared(key.organization(), location, followers));
        } catch (RuntimeException e) {
            // The count is for people to look at; the answer is what they wait for.
            LOG.warn("{} equal requests were not counted: {}", followers, e.toString());
        }
    }

    private static void complete(AsyncContext follower) {
        try {
            follower.complete();
        } catch (IllegalStateException e) {
            // It is gone.
        }
    }

    private static void copy(Key key, BufferedAnswer first, byte[] body, HttpServletResponse response)
            throws IOException {
        boolean made = first.getStatus() == HttpServletResponse.SC_CREATED;
        response.setStatus(made && key.idempotencyKey() == null ? HttpServletResponse.SC_OK : first.getStatus());
        for (String name : first.getHeaderNames()) {
            if (OWN.stream().noneMatch(name::equalsIgnoreCase)) {
                response.setHeader(name, first.getHeader(name));
            }
        }
        if (made) {
            response.setHeader("Idempotent-Replayed", "true");
        }
        response.setContentType(first.getContentType());
        BufferedAnswer answer = WebUtils.getNativeResponse(response, BufferedAnswer.class);
        if (answer != null) {
            answer.sendInstead(body);
        }
    }
}
