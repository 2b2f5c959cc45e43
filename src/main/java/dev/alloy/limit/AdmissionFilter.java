package dev.alloy.limit;

import dev.alloy.limit.KnownCallers.KnownCaller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what known callers send beyond what is served in time, before their credential is looked up: a flood of one of them costs the others
 * neither a connection to the database nor much time of the processors.
 */
class AdmissionFilter extends OncePerRequestFilter {

    private final KnownCallers callers;
    private final Admission admission;

    AdmissionFilter(KnownCallers callers, Admission admission) {
        this.callers = callers;
        this.admission = admission;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return StrangerFilter.isHealth(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<KnownCaller> known = callers.find(request);
        if (known.isPresent()) {
            KnownCaller caller = known.get();
            if (!admission.admits(caller.guest(), WorkKind.of(caller.kind(), request), request, response)) {
                return;
            }
        }
        chain.doFilter(request, response);
    }
}
