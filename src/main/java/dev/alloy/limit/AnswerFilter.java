package dev.alloy.limit;

import dev.alloy.access.Caller;
import dev.alloy.http.AnswerBuffer;
import dev.alloy.http.AsyncWriter;
import dev.alloy.http.ClientConnection;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * Sends answers when their work is done and all places are given back: small ones at once, others as fast as they are
 * read, without a thread. Source: access.md, “Limits”.
 */
class AnswerFilter extends OncePerRequestFilter {

    /** What is kept of one answer; lists end before that. */
    private static final int MOST = 4 * 1024 * 1024;

    /** What the connection takes whether it is read or not. */
    private static final int SMALL = 16 * 1024;

    private static final String OWNER = AnswerFilter.class.getName() + ".owner";

    private final UnsentAnswers unsent;
    private final Refusals refusals;

    AnswerFilter(UnsentAnswers unsent, Refusals refusals) {
        this.unsent = unsent;
        this.refusals = refusals;
    }

    /** Says whose answer it will be; without it, it counts for callers without a credential. */
    static void belongsTo(HttpServletRequest request, Caller caller) {
        request.setAttribute(OWNER, caller.credentialId());
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        BufferedAnswer earlier = WebUtils.getNativeResponse(response, BufferedAnswer.class);
        if (earlier != null) {
            chain.doFilter(request, response);
            send(request, earlier);
            return;
        }
        BufferedAnswer answer = new BufferedAnswer(response, MOST, () -> ClientConnection.waitForReader(request));
        chain.doFilter(request, answer);
        send(request, answer);
    }

    private void send(HttpServletRequest request, BufferedAnswer answer) throws IOException {
        if (request.isAsyncStarted()) {
            return;
        }
        byte[] bytes = answer.bytes();
        if (bytes == null || answer.getResponse().isCommitted()) {
            return;
        }
        HttpServletResponse response = (HttpServletResponse) answer.getResponse();
        if (bytes.length <= SMALL) {
            write(response, bytes);
            return;
        }
        Object owner = request.getAttribute(OWNER);
        UnsentAnswers.Room room = unsent.take(owner instanceof String token ? token : "", bytes.length);
        if (room == null) {
            refuse(request, response);
            return;
        }
        response.setContentLength(bytes.length);
        AsyncWriter.write(request, response, bytes, Duration.ZERO, room::giveBack);
    }

    private static void write(HttpServletResponse response, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            AnswerBuffer.grow(response, bytes.length);
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (String header : response.getHeaderNames()) {
            if (header.equalsIgnoreCase("ETag") || header.equalsIgnoreCase("Content-Disposition")) {
                response.setHeader(header, null);
            }
        }
        refusals.tooManyAtOnce(request, response, null, Shed.Reason.UNREAD);
    }
}
