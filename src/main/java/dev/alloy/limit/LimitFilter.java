package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.http.ClientConnection;
import dev.alloy.limit.FairShare.Guest;
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
 * Counts what each token and organization sends, and receives an organization's requests so many at a time, each kind of work for
 * itself. Whoever waits holds no thread. Source: access.md, “Limits”.
 */
class LimitFilter extends OncePerRequestFilter {

    private final LimitSettings settings;
    private final Rates rates;
    private final Shares shares;
    private final ProblemWriter problems;

    LimitFilter(LimitSettings settings, Rates rates, Shares shares, ProblemWriter problems) {
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
        Turn turn = Turn.come(request);
        if (turn != null) {
            serve(turn.share(), turn.guest(), new FirstDispatch(request), response, chain);
            return;
        }
        Caller caller = Caller.current();
        if (isAsyncDispatch(request) || caller == null) {
            chain.doFilter(request, response);
            return;
        }
        Guest guest = Guest.of(caller);
        AnswerFilter.belongsTo(request, caller);
        ClientConnection.isKnown(request);
        StrangerFilter.isKnown(request);
        if (isWithinRates(guest, request, response)) {
            Work work = Work.of(caller, request);
            FairShare share = shares.of(work);
            Patience patience = Patience.of(request, settings.longestWait(work));
            if (share.enter(guest)) {
                serve(share, guest, request, response, chain);
            } else {
                Turn.await(request, share, guest, patience.leftMillis(), problems);
            }
        }
    }

    private boolean isWithinRates(Guest guest, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Rates.Count token = rates.ofToken(guest.token());
        Rates.Count all = rates.ofOrganization(guest.organization());
        response.setHeader("RateLimit-Policy", rates.policy());
        response.setHeader("RateLimit", token.item() + ", " + all.item());
        Rates.Count exceeded = !token.allowed() ? token : all;
        if (exceeded.allowed()) {
            return true;
        }
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
            FairShare share, Guest guest, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
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

    /** A request whose turn came is dispatched anew, but to all that is behind this filter it comes for the first time. */
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
