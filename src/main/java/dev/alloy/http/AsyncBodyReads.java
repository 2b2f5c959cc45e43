package dev.alloy.http;

import dev.alloy.problem.Connections;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Waits without a thread for small bodies that are read before it is known who sends them. What has come is kept until all has; then the
 * request goes on as if it had come with its body. Source: access.md, “Limits”.
 */
public final class AsyncBodyReads extends OncePerRequestFilter {

    private static final String KEPT = AsyncBodyReads.class.getName();

    private final Predicate<HttpServletRequest> which;
    private final int limit;
    private final long mostOfAll;
    private final Duration patience;
    private final ProblemWriter problems;
    private final AtomicLong keptOfAll = new AtomicLong();

    /**
     * @param which the requests whose bodies are waited for
     * @param limit bytes of one body; a larger one goes on with one byte more, for its reader to refuse
     * @param mostOfAll bytes of all bodies that have not come as a whole
     * @param patience how long a body may take
     */
    public AsyncBodyReads(
            Predicate<HttpServletRequest> which, int limit, long mostOfAll, Duration patience, ProblemWriter problems) {
        this.which = which;
        this.limit = limit;
        this.mostOfAll = mostOfAll;
        this.patience = patience;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !which.test(request);
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getAttribute(KEPT) instanceof byte[] body) {
            chain.doFilter(new Come(request, body), response);
        } else if (request.getContentLengthLong() > limit || hasCome(request)) {
            chain.doFilter(request, response);
        } else {
            AsyncContext async = request.startAsync();
            async.setTimeout(patience.toMillis());
            var coming = new Coming(request, async);
            async.addListener(coming);
            request.getInputStream().setReadListener(coming);
        }
    }

    private static boolean hasCome(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        return length == 0
                || length > 0 && request.getInputStream().available() >= length
                || length < 0 && request.getHeader("Transfer-Encoding") == null;
    }

    /** A body of which some is still to come. */
    private final class Coming implements ReadListener, AsyncListener {

        private final HttpServletRequest request;
        private final AsyncContext async;
        private final ServletInputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream(512);
        private boolean over;

        Coming(HttpServletRequest request, AsyncContext async) throws IOException {
            this.request = request;
            this.async = async;
            this.in = request.getInputStream();
        }

        @Override
        public void onDataAvailable() throws IOException {
            var piece = new byte[2048];
            while (!over && in.isReady()) {
                int count = in.read(piece, 0, Math.min(piece.length, limit + 1 - kept.size()));
                if (count < 0) {
                    return;
                }
                kept.write(piece, 0, count);
                if (keptOfAll.addAndGet(count) > mostOfAll) {
                    refuse(ProblemType.UNAVAILABLE.because("Too many forms are being received."));
                } else if (kept.size() > limit) {
                    goOn();
                }
            }
        }

        @Override
        public void onAllDataRead() {
            goOn();
        }

        private void goOn() {
            if (end()) {
                request.setAttribute(KEPT, kept.toByteArray());
                async.dispatch();
            }
        }

        private void refuse(ProblemException problem) throws IOException {
            if (end()) {
                problems.write(request, (HttpServletResponse) async.getResponse(), problem);
                Connections.close(request);
                async.complete();
            }
        }

        private synchronized boolean end() {
            boolean first = !over;
            if (first) {
                over = true;
                keptOfAll.addAndGet(-kept.size());
            }
            return first;
        }

        /** The sender has gone. */
        @Override
        public void onError(Throwable failure) {
            // The server tells the listener of the whole request as well, which ends it.
            end();
        }

        @Override
        public void onError(AsyncEvent event) {
            end();
            async.complete();
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            refuse(ProblemType.BODY_TOO_SLOW.because(
                    "The form did not arrive completely within " + patience.toSeconds() + " seconds."));
        }

        @Override
        public void onComplete(AsyncEvent event) {
            end();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // It went on, and waits for something else now.
        }
    }

    /** A request with its body, which to all that is behind this filter comes for the first time. */
    private static final class Come extends BufferedRequest {

        Come(HttpServletRequest request, byte[] body) {
            super(request, body);
        }

        @Override
        public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
        }
    }
}
