package dev.alloy.limit;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what strangers send beyond their rate before a credential is looked up. A client that sent a good credential
 * lately is let through, even if others call from that address. Source: access.md, “Limits”.
 */
class StrangerFilter extends OncePerRequestFilter {

    /** An orchestrator that gets no answer would end what is merely busy. */
    private static final String HEALTH = "/actuator/health";

    private final StrangerRateLimiter rates;
    private final KnownCallers callers;
    private final ProblemWriter problems;
    private final Shed shed;

    StrangerFilter(StrangerRateLimiter rates, KnownCallers callers, ProblemWriter problems, Shed shed) {
        this.shed = shed;
        this.rates = rates;
        this.callers = callers;
        this.problems = problems;
    }

    static boolean isHealth(HttpServletRequest request) {
        return request.getRequestURI().startsWith(HEALTH);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String address = request.getRemoteAddr();
        Optional<StrangerRateLimiter.Bound> exhausted = rates.exhausted(address);
        if (exhausted.isPresent() && callers.find(request).isEmpty()) {
            shed.count(null, Shed.Reason.RATE);
            response.setHeader("Retry-After", "1");
            problems.write(request, response, refusal(exhausted.get(), address));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            if (!callers.remember(request)) {
                rates.count(address);
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
}
