package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.limit.FairShare.Guest;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
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
 * Lets so many requests of an organization work with the database at a time, so that some connections are left for others. Its threads
 * wait here, of which {@link LimitFilter} lets few through. Source: access.md, “Limits”.
 */
class WorkFilter extends OncePerRequestFilter {

    private final int atWork;
    private final Duration longestWait;
    private final ProblemWriter problems;

    /** One for each organization that ever called here: they are few, and small. */
    private final ConcurrentMap<String, Semaphore> places = new ConcurrentHashMap<>();

    WorkFilter(int atWork, Duration longestWait, ProblemWriter problems) {
        this.atWork = atWork;
        this.longestWait = longestWait;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = Caller.current();
        if (caller == null) {
            chain.doFilter(request, response);
            return;
        }
        Semaphore free = places.computeIfAbsent(Guest.of(caller).organization(), absent -> new Semaphore(atWork, true));
        if (!isMyTurn(free)) {
            problems.write(
                    request,
                    response,
                    ProblemType.TOO_MANY_AT_ONCE.because("The request waited for its turn for too long."));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            free.release();
        }
    }

    private boolean isMyTurn(Semaphore free) {
        try {
            return free.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
