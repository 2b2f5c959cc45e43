package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.http.ClientConnection;
import dev.alloy.limit.FairShare.ShareKey;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the rate of each token and organization, and the requests of each kind that are received at a time. A waiting
 * request holds no thread. Source: access.md, “Limits”.
 */
class LimitFilter extends OncePerRequestFilter {

    private final LimitSettings settings;
    private final RateLimiter rates;
    private final Shares shares;
    private final ProblemWriter problems;
    private final Shed shed;

    LimitFilter(LimitSettings settings, RateLimiter rates, Shares shares, ProblemWriter problems, Shed shed) {
        this.shed = shed;
        this.settings = settings;
        this.rates = rates;
        this.shares = shares;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        QueuedRequest turn = QueuedRequest.come(request);
        if (turn != null) {
            serve(turn.share(), turn.guest(), new FirstDispatch(request), response, chain);
            return;
        }
        Caller caller = Caller.current();
        if (isAsyncDispatch(request) || caller == null) {
            chain.doFilter(request, response);
            return;
        }
        ShareKey guest = ShareKey.of(caller);
        AnswerFilter.belongsTo(request, caller);
        ClientConnection.isKnown(request);
        StrangerFilter.isKnown(request);
        WorkKind work = WorkKind.of(caller, request);
        if (isWithinRates(guest, work, request, response)) {
            FairShare share = shares.of(work);
            WaitDeadline patience = WaitDeadline.of(request, settings.longestWait(work));
            if (share.enter(guest)) {
                serve(share, guest, request, response, chain);
            } else {
                QueuedRequest.await(
                        request,
                        share,
                        guest,
                        patience.leftMillis(),
                        new QueuedRequest.Refusal(problems, reason -> shed.count(work, reason)));
            }
        }
    }

    private boolean isWithinRates(
            ShareKey guest, WorkKind work, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RateLimiter.Count token = rates.ofToken(guest.token());
        RateLimiter.Count all = rates.ofOrganization(guest.organization());
        response.setHeader("RateLimit-Policy", rates.policy());
        response.setHeader("RateLimit", token.item() + ", " + all.item());
        RateLimiter.Count exceeded = !token.allowed() ? token : all;
        if (exceeded.allowed()) {
            return true;
        }
        shed.count(work, Shed.Reason.RATE);
        response.setHeader("Retry-After", Long.toString(Math.max(1, exceeded.retryAfter())));
        problems.write(
                request,
                response,
                ProblemType.TOO_MANY_REQUESTS
                        .because("This " + exceeded.name() + " sent more requests than it may in "
                                + settings.window().toSeconds() + " seconds.")
                        .with("limit", exceeded.name()));
        return false;
    }

    private static void serve(
            FairShare share,
            ShareKey guest,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } finally {
            if (request instanceof FirstDispatch first) {
                first.over = true;
            }
            share.leave(guest);
        }
    }

    /** A request whose turn came is dispatched again, but to all that is behind this filter it comes for the first time. */
    private static final class FirstDispatch extends HttpServletRequestWrapper {

        private volatile boolean over;

        FirstDispatch(HttpServletRequest request) {
            super(request);
        }

        @Override
        public DispatcherType getDispatcherType() {
            return over ? super.getDispatcherType() : DispatcherType.REQUEST;
        }
    }
}
