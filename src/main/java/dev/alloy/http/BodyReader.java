package dev.alloy.http;

import dev.alloy.problem.Masked;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads bodies: bounded as sent and after decompression, to their very end. */
final class BodyReader {

    private static final int BUFFER = 8192;

    private BodyReader() {}

    /**
     * Writes the body, without its content coding, to the target; refuses more than the limit, and what comes so slowly that it only takes a
     * thread away.
     */
    static void copy(HttpServletRequest request, int limit, Duration grace, OutputStream target) throws IOException {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        String coding = request.getHeader("Content-Encoding");
        if (coding == null || coding.equalsIgnoreCase("identity")) {
            copy(new Paced(request.getInputStream(), grace), limit, target);
            return;
        }
        if (!coding.toLowerCase(Locale.ROOT).equals("gzip")) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                    "The content coding '" + Masked.excerpt(coding) + "' is not supported; use gzip or identity.");
        }
        copyPlain(new Bounded(new Paced(request.getInputStream(), grace), limit), limit, target);
    }

    private static void copyPlain(InputStream sent, int limit, OutputStream target) throws IOException {
        // Every member is read, and what follows the last one is an error: nobody meant to send it.
        try (var plain = new GzipCompressorInputStream(sent, true)) {
            copy(plain, limit, target);
        } catch (TargetFailed e) {
            throw e.cause;
        } catch (IOException e) {
            throw ProblemType.MALFORMED_JSON.because("The body is not valid gzip, as its Content-Encoding claims.");
        }
    }

    private static void copy(InputStream in, int limit, OutputStream target) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long read = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            read += n;
            if (read > limit) {
                throw tooLarge(limit);
            }
            write(target, buffer, n);
        }
    }

    private static void write(OutputStream target, byte[] buffer, int count) throws TargetFailed {
        try {
            target.write(buffer, 0, count);
        } catch (IOException e) {
            throw new TargetFailed(e);
        }
    }

    private static ProblemException tooLarge(int limit) {
        return ProblemType.PAYLOAD_TOO_LARGE.because("The body is larger than " + limit + " bytes.");
    }

    /** A full disk is no fault of what was sent. */
    private static final class TargetFailed extends IOException {

        private static final long serialVersionUID = 1;

        private final IOException cause;

        TargetFailed(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /** Ends what is sent more slowly than any line that is worth calling one. */
    private static final class Paced extends InputStream {

        private static final long NANOS_A_BYTE = Duration.ofSeconds(1).toNanos() / 16_384;

        private final InputStream in;
        private final long graceNanos;
        private final long begun = System.nanoTime();
        private long read;

        Paced(InputStream in, Duration grace) {
            this.in = in;
            this.graceNanos = grace.toNanos();
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            keepPace(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            keepPace(Math.max(count, 0));
            return count;
        }

        private void keepPace(int more) {
            read += more;
            if (more > 0 && System.nanoTime() - begun > graceNanos + read * NANOS_A_BYTE) {
                throw ProblemType.BODY_TOO_SLOW.because("The body came more slowly than 16 KiB a second.");
            }
        }
    }

    /** Many empty members decompress to nothing, but are sent all the same. */
    private static final class Bounded extends InputStream {

        private final InputStream in;
        private final int limit;
        private long read;

        Bounded(InputStream in, int limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int more) {
            read += more;
            if (read > limit) {
                throw tooLarge(limit);
            }
        }
    }
}
