package dev.alloy.http;

import dev.alloy.problem.Connections;
import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a request's whole body first, into memory or, for handlers that take a {@link SpooledBody}, into a file. What
 * follows may read it as often as it needs. Runs behind security, so nobody unknown can make us buffer.
 */
class RequestBodyFilter extends OncePerRequestFilter {

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final HandlerLookup handlers;
    private final Spool spool;
    private final ProblemWriter problems;
    private final int limit;
    private final Duration grace;

    RequestBodyFilter(HandlerLookup handlers, Spool spool, ProblemWriter problems, int limit, Duration grace) {
        this.handlers = handlers;
        this.spool = spool;
        this.problems = problems;
        this.limit = limit;
        this.grace = grace;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !WITH_BODY.contains(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        BufferedRequest buffered;
        try {
            if (handlers.takesSpooledBody(request)) {
                spooled(request, response, chain);
                return;
            }
            refuseForeignCharset(request.getContentType());
            var body = new ByteArrayOutputStream();
            BodyReader.copy(request, limit, grace, body);
            buffered = new BufferedRequest(request, body.toByteArray());
        } catch (ProblemException e) {
            refuse(request, response, e);
            return;
        }
        chain.doFilter(buffered, response);
    }

    private void spooled(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try (Spool.Slot slot = spool.enter()) {
            refuseForeignCharset(request.getContentType());
            chain.doFilter(new SpooledRequest(request, slot.read(request)), response);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        problems.write(request, response, problem);
        if (problem.type() == ProblemType.BODY_TOO_SLOW) {
            // Else the server would read on to the body's end, which never comes.
            Connections.close(request);
        }
    }

    private static void refuseForeignCharset(@Nullable String contentType) {
        if (contentType == null) {
            return;
        }
        try {
            MediaType mediaType = MediaType.parseMediaType(contentType);
            if (!mediaType.isConcrete()) {
                throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                        "The Content-Type '" + Masked.excerpt(contentType) + "' names more than one media type.");
            }
            if (mediaType.getSubtype().endsWith("+json")) {
                throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                        "The body was sent as '" + Masked.excerpt(contentType) + "'; send application/json.");
            }
            String charset = mediaType.getParameter("charset");
            if (charset == null || charset.replace("\"", "").equalsIgnoreCase("utf-8")) {
                return;
            }
        } catch (InvalidMediaTypeException e) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                    "The Content-Type '" + Masked.excerpt(contentType) + "' cannot be read.");
        }
        throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                "The body was sent as '" + Masked.excerpt(contentType) + "'; send text in UTF-8.");
    }
}
