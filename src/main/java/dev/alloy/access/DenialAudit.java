package dev.alloy.access;

import dev.alloy.audit.AuditFact;
import dev.alloy.audit.AuditLog;
import dev.alloy.problem.Masked;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.springframework.transaction.support.TransactionSynchronizationManager;
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
        Caller caller = Caller.current();
        if (caller != null) {
            var audited = new Audited(request, response, caller);
            try {
                chain.doFilter(request, audited);
            } finally {
                audited.recordWhatIsDue();
            }
        } else {
            chain.doFilter(request, response);
        }
    }

    /**
     * Records the refusal before any of it is on its way: what the caller has read is in the log. That is when it is decided, or, within a
     * transaction that the refusal rolls back, when that is over and the answer is written.
     */
    private final class Audited extends HttpServletResponseWrapper {

        private final HttpServletRequest request;
        private final Caller caller;
        private boolean decided;
        private boolean recorded;

        Audited(HttpServletRequest request, HttpServletResponse response, Caller caller) {
            super(response);
            this.request = request;
            this.caller = caller;
        }

        @Override
        public void setStatus(int status) {
            recordDenial(status);
            super.setStatus(status);
        }

        @Override
        public void sendError(int status) throws IOException {
            recordDenial(status);
            super.sendError(status);
        }

        @Override
        public void sendError(int status, String message) throws IOException {
            recordDenial(status);
            super.sendError(status, message);
        }

        private void recordDenial(int status) {
            decided |= status == SC_FORBIDDEN;
            recordWhatIsDue();
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            recordWhatIsDue();
            return super.getOutputStream();
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            recordWhatIsDue();
            return super.getWriter();
        }

        @Override
        public void flushBuffer() throws IOException {
            recordWhatIsDue();
            super.flushBuffer();
        }

        private void recordWhatIsDue() {
            if (!decided || recorded || TransactionSynchronizationManager.isActualTransactionActive()) {
                return;
            }
            recorded = true;
            String path = Masked.path(request.getRequestURI());
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
