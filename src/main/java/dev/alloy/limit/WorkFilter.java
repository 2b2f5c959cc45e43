package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.database.StatementTime;
import dev.alloy.limit.FairShare.ShareKey;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the requests of an organization that use the database at a time, by kind of work. Its threads wait here, of
 * which {@link LimitFilter} lets few through. Source: access.md, “Limits”.
 */
class WorkFilter extends OncePerRequestFilter {

    private final int atWork;
    private final LimitSettings settings;
    private final Refusals refusals;

    /** One for each organization that ever called here: they are few, and small. */
    private final ConcurrentMap<Place, Semaphore> places = new ConcurrentHashMap<>();

    private record Place(String organization, WorkKind work) {}

    WorkFilter(int atWork, LimitSettings settings, Refusals refusals) {
        this.atWork = atWork;
        this.settings = settings;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = Caller.current();
        if (caller == null) {
            chain.doFilter(request, response);
            return;
        }
        WorkKind work = WorkKind.of(caller.kind(), request);
        Semaphore free = places.computeIfAbsent(
                new Place(ShareKey.of(caller).organization(), work), absent -> new Semaphore(work.of(atWork), true));
        WaitDeadline begun = WaitDeadline.of(request);
        WaitDeadline patience = begun == null ? WaitDeadline.of(request, settings.longestWait(work)) : begun;
        if (!isMyTurn(free, patience)) {
            refusals.tooManyAtOnce(request, response, work, Shed.Reason.WAITED_TOO_LONG);
            return;
        }
        Duration longest = settings.longestStatement(work);
        try (StatementTime.Bound bound = longest == null ? () -> {} : StatementTime.bound(longest)) {
            chain.doFilter(request, response);
        } finally {
            free.release();
        }
    }

    private static boolean isMyTurn(Semaphore free, WaitDeadline patience) {
        try {
            return free.tryAcquire(patience.leftMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
