package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.access.Session;
import dev.alloy.access.Sessions;
import dev.alloy.audit.AuditLog;
import dev.alloy.http.FormBody;
import dev.alloy.problem.Failures;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.TransactionException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Meets every request for a page: finds out by its cookie who asks, and lets no form through that was not sent from our
 * own page. It never looks at an Authorization header, and the API never at the cookie.
 */
class SessionFilter extends OncePerRequestFilter {

    static final int LONGEST_FORM = 65_536;
    private static final int LONGEST_COOKIE = 512;

    /** What the page's own script sends with what it asks for. */
    private static final String BY_ITSELF = "Alloy-By-Itself";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Sessions sessions;
    private final SessionCookies cookies;
    private final ProblemWriter problems;

    SessionFilter(Sessions sessions, SessionCookies cookies, ProblemWriter problems) {
        this.sessions = sessions;
        this.cookies = cookies;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (response.isCommitted()) {
            // A stream comes here once more when it ends; what it answered can no longer be refused.
            remember(Visitor.of(request).session());
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(AuditLog.VIA, "console");
        HttpServletRequest known;
        try {
            known = meet(request, response);
        } catch (ProblemException e) {
            problems.write(request, response, e);
            return;
        } catch (DataAccessException | TransactionException e) {
            problems.write(request, response, Failures.problem(e));
            return;
        }
        chain.doFilter(known, response);
    }

    private HttpServletRequest meet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String secret = cookies.read(request, SessionCookies.Use.SESSION)
                .filter(value -> value.length() <= LONGEST_COOKIE)
                .orElse("");
        Optional<Session> session = isByItself(request) ? sessions.look(secret) : sessions.find(secret);
        boolean signsIn = request.getRequestURI().equals(Address.SIGN_IN.path());
        // Whoever is not signed in gets a cookie of their own for the one form that they can send.
        String tie = session.isPresent() ? secret : signsIn ? signInCookie(request, response) : "";
        new Visitor(session.orElse(null), tie.isEmpty() ? "" : FormTokens.of(tie)).arrive(request);
        remember(session.orElse(null));
        if (!request.getMethod().equals("POST") || (session.isEmpty() && !signsIn)) {
            return request;
        }
        Map<String, String> fields = FormRequest.kept(request).orElse(null);
        if (fields == null) {
            fields = FormBody.read(request, LONGEST_FORM);
            FormRequest.keep(request, fields);
        }
        refuseForeign(request, fields, tie);
        return new FormRequest(request, fields);
    }

    /** A page that is left open follows its run, comes back when its stream ends and draws itself anew: nobody need be there for that. */
    private static boolean isByItself(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return request.getHeader(BY_ITSELF) != null || accept != null && accept.startsWith("text/event-stream");
    }

    private static void refuseForeign(HttpServletRequest request, Map<String, String> fields, String tie) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean fromElsewhere = site != null && !site.equals("same-origin");
        if (fromElsewhere || tie.isEmpty() || !FormTokens.matches(fields.get(FormTokens.FIELD), tie)) {
            throw ProblemType.FORM_NOT_GENUINE.because(
                    "This page did not show you this form, or you have signed in again since. Nothing was done.");
        }
    }

    private String signInCookie(HttpServletRequest request, HttpServletResponse response) {
        Optional<String> held =
                cookies.read(request, SessionCookies.Use.SIGN_IN).filter(value -> value.matches("[0-9a-f]{64}"));
        if (held.isPresent() || !cookies.isPossible(request)) {
            return held.orElse("");
        }
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String fresh = HexFormat.of().formatHex(random);
        cookies.write(request, response, SessionCookies.Use.SIGN_IN, fresh);
        return fresh;
    }

    private static void remember(@Nullable Session session) {
        if (session != null) {
            Caller caller = session.caller();
            var authentication = UsernamePasswordAuthenticationToken.authenticated(caller, null, List.of());
            authentication.setDetails(caller.credentialId());
            var context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(authentication);
            SecurityContextHolder.setContext(context);
        }
    }
}
