package dev.alloy.limit;

import dev.alloy.database.DatabaseWatch;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses calls at once while the database is gone, where each would wait for a connection. */
class DatabaseGate extends OncePerRequestFilter {

    /** What is answered without the database; liveness above all. */
    private static final Pattern WITHOUT =
            Pattern.compile("/(actuator|assets|problems|schemas|swagger-ui|v3)(/.*|\\..*)?");

    private final DatabaseWatch watch;
    private final ProblemWriter problems;
    private final Shed shed;

    DatabaseGate(DatabaseWatch watch, ProblemWriter problems, Shed shed) {
        this.shed = shed;
        this.watch = watch;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return WITHOUT.matcher(request.getRequestURI()).matches();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (watch.isGone()) {
            shed.count(null, Shed.Reason.NO_DATABASE);
            response.setHeader("Retry-After", "2");
            problems.write(request, response, ProblemType.UNAVAILABLE.because("The database does not answer."));
            return;
        }
        chain.doFilter(request, response);
    }
}
