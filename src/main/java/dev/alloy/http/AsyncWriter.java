package dev.alloy.http;

import dev.alloy.problem.Connections;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Writes bytes that are there already as fast as the client reads them. A client that does not read has a connection for a while, as has one that
 * says nothing, and never a thread. Source: access.md, “Limits”.
 */
public final class AsyncWriter implements WriteListener, AsyncListener {

    /** What a client that does not read makes us keep for it, besides what the operating system does. */
    private static final int PIECE = 16 * 1024;

    private final HttpServletRequest request;
    private final AsyncContext async;
    private final ServletOutputStream out;
    private final byte[] bytes;
    private final Runnable over;
    private int written;

    private AsyncWriter(
            HttpServletRequest request, AsyncContext async, ServletOutputStream out, byte[] bytes, Runnable over) {
        this.request = request;
        this.async = async;
        this.out = out;
        this.bytes = bytes;
        this.over = over;
    }

    /**
     * Begins to write; the answer ends by itself, after the calling thread has gone.
     *
     * @param patience how long all of it may take; zero for as long as the client goes on reading
     * @param over called when nothing is kept any more, however it ended; perhaps more than once
     */
    public static void write(
            HttpServletRequest request, HttpServletResponse response, byte[] bytes, Duration patience, Runnable over)
            throws IOException {
        ClientConnection.waitForReader(request);
        AnswerBuffer.grow(response, bytes.length);
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(patience.toMillis());
        ServletOutputStream out = response.getOutputStream();
        var writer = new AsyncWriter(request, async, out, bytes, over);
        async.addListener(writer);
        out.setWriteListener(writer);
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (written == bytes.length) {
                over.run();
                async.complete();
                return;
            }
            int piece = Math.min(PIECE, bytes.length - written);
            out.write(bytes, written, piece);
            written += piece;
        }
    }

    /** The client has gone away, or the server has closed what it did not read. */
    @Override
    public void onError(Throwable failure) {
        // The server tells the listener of the whole answer as well, which ends it.
        over.run();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        over.run();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    /** Less was sent than was announced, so nothing can follow on this connection. */
    private void end() {
        over.run();
        Connections.close(request);
        async.complete();
    }
}
