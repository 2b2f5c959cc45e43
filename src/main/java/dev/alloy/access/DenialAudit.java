package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Records that a known caller was refused for want of authority. */
class DenialAudit extends OncePerRequestFilter {

    private static final int LONGEST_PATH = 500;

    private final AuditLog log;

    DenialAudit(AuditLog log) {
        this.log = log;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        chain.doFilter(request, response);
        if (response.getStatus() == HttpServletResponse.SC_FORBIDDEN
                && authentication != null
                && authentication.getPrincipal() instanceof Caller caller) {
            String path = request.getRequestURI();
            log.append(AuditFact.of(
                            caller.actor(),
                            "access.denied",
                            caller.organizationId(),
                            null,
                            "endpoint",
                            path.substring(0, Math.min(path.length(), LONGEST_PATH)))
                    .with("method", request.getMethod()));
        }
    }
}
