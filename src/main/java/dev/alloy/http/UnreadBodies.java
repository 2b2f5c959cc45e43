package dev.alloy.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Closes connections whose request body was not read. Tomcat would wait for the rest with a thread. What has already
 * come is thrown away, and a few senders at a time are given a moment, so the sender reads why. Source: access.md,
 * “Limits”.
 */
class UnreadBodies extends ValveBase {

    /** What is swallowed at once without waiting: a small body that came with its head. */
    private static final int AT_ONCE = 16 * 1024;

    /** What a sender who is given a moment may still send. */
    private static final long AT_MOST = 4L * 1024 * 1024;

    private static final long MOMENT = Duration.ofMillis(500).toNanos();
    private static final long PAUSE = Duration.ofMillis(2).toNanos();

    /** The most threads that may wait for unread bodies. */
    private final Semaphore moments = new Semaphore(4);

    UnreadBodies() {
        super(true);
    }

    @Configuration(proxyBeanMethods = false)
    static class Installed {

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadBodies() {
            return factory -> factory.addEngineValves(new UnreadBodies());
        }
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (request.isAsync()) {
            if (!isRead(request)) {
                request.getAsyncContextInternal().addListener(new Later(request));
            }
        } else {
            leave(request);
        }
    }

    private void leave(Request request) {
        if (!isRead(request) && !swallow(request)) {
            var answer = request.getCoyoteRequest().getResponse();
            int status = answer.getStatus();
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
            // Tomcat takes the end of a connection for a failure of ours.
            answer.setStatus(status);
        }
    }

    private static boolean isRead(Request request) {
        var read = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return read.get();
    }

    /** Answers whether the body has ended. Never waits for a sender, but for a moment for a few of them. */
    private boolean swallow(Request request) {
        // Of chunks nobody knows how much of one has come; and who asked whether to send has sent nothing.
        if (request.getContentLengthLong() < 0 || request.getCoyoteRequest().hasExpectation()) {
            return false;
        }
        try {
            if (swallowAvailable(request, AT_ONCE)) {
                return true;
            }
            if (request.getResponse().getStatus() < 400 || !moments.tryAcquire()) {
                return false;
            }
            try {
                return inAMoment(request);
            } finally {
                moments.release();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Most senders read nothing before all is sent. */
    private static boolean inAMoment(Request request) throws IOException {
        long end = System.nanoTime() + MOMENT;
        request.getResponse().setHeader("Connection", "close");
        request.getResponse().flushBuffer();
        while (request.getCoyoteRequest().getBytesRead() < AT_MOST && System.nanoTime() < end) {
            if (swallowAvailable(request, AT_ONCE)) {
                return true;
            }
            LockSupport.parkNanos(PAUSE);
        }
        return false;
    }

    /** Past the servlet's stream, which may be closed already. */
    private static boolean swallowAvailable(Request request, int most) throws IOException {
        int left = most;
        while (left > 0 && !isRead(request)) {
            if (available(request) == 0) {
                return false;
            }
            left -= Math.max(1, request.getCoyoteRequest().doRead(new Nowhere()));
        }
        return isRead(request);
    }

    /** Discards an unwanted body. */
    private static final class Nowhere implements ApplicationBufferHandler {

        private ByteBuffer read = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            read = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return read;
        }

        @Override
        public void expand(int size) {
            // It is Tomcat's own buffer that is handed over.
        }
    }

    private static int available(Request request) {
        request.getCoyoteRequest().action(ActionCode.AVAILABLE, Boolean.TRUE);
        return request.getCoyoteRequest().getAvailable();
    }

    /** The same for what is answered after the thread has gone. */
    private final class Later implements AsyncListener {

        private final Request request;

        Later(Request request) {
            this.request = request;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            leave(request);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // It is completed after that.
        }

        @Override
        public void onError(AsyncEvent event) {
            // It is completed after that.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
