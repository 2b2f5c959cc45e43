package dev.alloy.access;

import dev.alloy.problem.Failures;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.TransactionException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who is calling from the Authorization header. Never from a query parameter: URLs end up in logs. */
class BearerFilter extends OncePerRequestFilter {

    /** Longer headers are not looked at. */
    static final int LONGEST = 512;

    private static final String CALLER = BearerFilter.class.getName() + ".caller";

    private final List<CredentialSource> sources;
    private final ProblemWriter problems;

    BearerFilter(List<CredentialSource> sources, ProblemWriter problems) {
        this.sources = sources;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // What is being answered can no longer be refused; a stream comes here once more when it ends.
        if (response.isCommitted() && request.getAttribute(CALLER) instanceof Caller known) {
            remember(known);
            chain.doFilter(request, response);
            return;
        }
        try {
            Optional<Caller> caller = authenticate(theOne(request.getHeaders("Authorization")));
            if (caller.isEmpty() && request.getAttribute(CALLER) != null) {
                // It held when the request came, and nobody asks again where an answer that waited is sent.
                problems.write(
                        request,
                        response,
                        ProblemType.UNAUTHENTICATED.because(
                                "The credential expired or was revoked while the request waited."));
                return;
            }
            caller.ifPresent(BearerFilter::remember);
            caller.ifPresent(known -> request.setAttribute(CALLER, known));
        } catch (DataAccessException | TransactionException e) {
            problems.write(request, response, Failures.problem(e));
            return;
        }
        chain.doFilter(request, response);
    }

    /** With two credentials the caller is unclear. */
    private static @Nullable String theOne(Enumeration<String> headers) {
        String first = headers.hasMoreElements() ? headers.nextElement() : null;
        return headers.hasMoreElements() ? null : first;
    }

    private static void remember(Caller caller) {
        var authentication = UsernamePasswordAuthenticationToken.authenticated(caller, null, List.of());
        authentication.setDetails(caller.credentialId());
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(authentication);
        SecurityContextHolder.setContext(context);
    }

    private Optional<Caller> authenticate(@Nullable String header) {
        if (header == null || header.length() > LONGEST || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        String token = header.substring(7).strip();
        return sources.stream()
                .filter(source -> token.startsWith(source.prefix()))
                .findFirst()
                .flatMap(source -> source.authenticate(token));
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }
}
