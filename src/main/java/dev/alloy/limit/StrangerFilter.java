package dev.alloy.limit;

import dev.alloy.access.Secrets;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what strangers send beyond their rate before a credential is looked up. A client that sent a good credential
 * lately is let through, even if others call from that address. Source: access.md, “Limits”.
 */
class StrangerFilter extends OncePerRequestFilter {

    private static final String KNOWN = StrangerFilter.class.getName() + ".known";

    /** An orchestrator that gets no answer would end what is merely busy. */
    private static final String HEALTH = "/actuator/health";

    private final StrangerRateLimiter rates;
    private final ProblemWriter problems;
    private final Shed shed;

    StrangerFilter(StrangerRateLimiter rates, ProblemWriter problems, Shed shed) {
        this.shed = shed;
        this.rates = rates;
        this.problems = problems;
    }

    /** The request's credential is good. */
    static void isKnown(HttpServletRequest request) {
        request.setAttribute(KNOWN, true);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith(HEALTH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String address = request.getRemoteAddr();
        String credential = credential(request);
        Optional<StrangerRateLimiter.Bound> exhausted = rates.exhausted(address);
        if (exhausted.isPresent() && (credential == null || !rates.isGood(credential))) {
            shed.count(null, Shed.Reason.RATE);
            response.setHeader("Retry-After", "1");
            problems.write(request, response, refusal(exhausted.get(), address));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            if (request.getAttribute(KNOWN) == null) {
                rates.count(address);
            } else if (credential != null) {
                rates.remember(credential);
            }
        }
    }

    /** Who reads the address of a proxy here sees that Alloy does not know it as one. */
    private static ProblemException refusal(StrangerRateLimiter.Bound bound, String address) {
        String from =
                switch (bound) {
                    case ADDRESS -> "from the address " + address;
                    case ALL -> "from all addresses together";
                };
        return ProblemType.TOO_MANY_REQUESTS
                .because("Too many requests without a good credential came " + from + ".")
                .with("limit", bound.wireName());
    }

    /** The digest of what may be one; nothing keeps the credential itself. */
    private static @Nullable String credential(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        String cookie = request.getHeader("Cookie");
        return authorization == null && cookie == null
                ? null
                : HexFormat.of().formatHex(Secrets.hash(authorization + "\n" + cookie));
    }
}
