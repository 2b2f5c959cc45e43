package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.http.ClientConnection;
import dev.alloy.limit.FairShare.ShareKey;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the requests of each organization and kind that are received at a time. A waiting
 * request holds no thread. Source: access.md, “Limits”.
 */
class LimitFilter extends OncePerRequestFilter {

    private final Admission admission;
    private final Shares shares;
    private final Refusals refusals;

    LimitFilter(Admission admission, Shares shares, Refusals refusals) {
        this.admission = admission;
        this.shares = shares;
        this.refusals = refusals;
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
        KnownCallers.isGood(request, caller);
        WorkKind work = WorkKind.of(caller.kind(), request);
        if (!admission.admits(guest, work, request, response)) {
            return;
        }
        FairShare share = shares.of(work);
        if (share.enter(guest)) {
            serve(share, guest, request, response, chain);
        } else {
            QueuedRequest.await(request, work, share, guest, refusals);
        }
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
