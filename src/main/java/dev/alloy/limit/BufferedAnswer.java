package dev.alloy.limit;

import dev.alloy.http.AnswerBuffer;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is kept in memory until all work for it is done, so a slow reader delays no other request. What is a
 * stream, or grows too large to be kept, goes out as it is written, and so does what is kept elsewhere and written
 * without waiting.
 */
class BufferedAnswer extends HttpServletResponseWrapper {

    private final int most;
    /** Most that wait have nothing to say when they come. */
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

    private final Body body = new Body();
    private @Nullable PrintWriter writer;
    private final Runnable reading;
    private boolean straight;
    private boolean flowing;
    private boolean flushed;

    /**
     * @param most bytes that are kept
     * @param reading called once before the first byte that somebody has to read before the next can be written
     */
    BufferedAnswer(HttpServletResponse response, int most, Runnable reading) {
        super(response);
        this.most = most;
        this.reading = reading;
    }

    /** What to send; null if it was sent already. */
    byte @Nullable [] bytes() {
        if (writer != null) {
            writer.flush();
        }
        return straight ? null : kept.toByteArray();
    }

    /** From now on all goes out as it is written, what was kept first. */
    void goStraight() throws IOException {
        if (!flowing) {
            straight = true;
            flowing = true;
            reading.run();
            AnswerBuffer.grow((HttpServletResponse) getResponse());
            if (kept.size() > 0) {
                kept.writeTo(getResponse().getOutputStream());
                kept.reset();
            }
        }
    }

    /** Sends a small answer in place of all that was kept; without waiting for its reader. */
    void sendInstead(byte[] small) throws IOException {
        kept.reset();
        straight = true;
        flowing = true;
        AnswerBuffer.grow((HttpServletResponse) getResponse(), small.length);
        getResponse().setContentLength(small.length);
        getResponse().getOutputStream().write(small);
    }

    private boolean isStraight() {
        String type = getContentType();
        return straight || type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return body;
    }

    @Override
    public PrintWriter getWriter() {
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(body, StandardCharsets.UTF_8));
        }
        return writer;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (isStraight()) {
            goStraight();
            super.flushBuffer();
        }
        flushed = true;
    }

    @Override
    public boolean isCommitted() {
        return flushed || super.isCommitted();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        kept.reset();
    }

    @Override
    public void reset() {
        super.reset();
        kept.reset();
        writer = null;
        flushed = false;
    }

    /** What is said of the length is said of what is sent. */
    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        super.setContentLengthLong(length);
        if (length > most) {
            straight = true;
        }
    }

    /** Keeps, or sends. */
    private final class Body extends ServletOutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (isStraight() || kept.size() + length > most) {
                goStraight();
                getResponse().getOutputStream().write(bytes, offset, length);
            } else {
                kept.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (isStraight()) {
                goStraight();
                getResponse().getOutputStream().flush();
            }
        }

        @Override
        public boolean isReady() {
            try {
                return !straight || getResponse().getOutputStream().isReady();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Who writes without waiting needs nothing kept. */
        @Override
        public void setWriteListener(WriteListener listener) {
            try {
                goStraight();
                getResponse().getOutputStream().setWriteListener(listener);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
