package dev.alloy.http;

import dev.alloy.contract.Digest;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * A public file, kept in memory as it is sent: plain and gzip, each with its tag. Answering it costs no more than
 * writing, and a reader that does not read holds no thread.
 */
public final class CachedFile {

    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    /** The largest file is Swagger UI's; a line that needs longer for it is no line. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String contentType;
    private final Body plain;
    private final Body gzip;

    private record Body(byte[] bytes, String tag) {

        static Body of(byte[] bytes) {
            return new Body(bytes, EntityTag.of(Digest.of(bytes)));
        }
    }

    private CachedFile(String contentType, byte[] bytes) {
        this.contentType = contentType;
        this.plain = Body.of(bytes);
        this.gzip = Body.of(compressed(bytes));
    }

    /** Keeps the bytes. */
    public static CachedFile of(String contentType, byte[] bytes) {
        return new CachedFile(contentType, bytes);
    }

    /** Answers GET and HEAD with the file, or with 304 where the client has it already; refuses every other method. */
    public void answer(HttpServletRequest request, HttpServletResponse response, ProblemWriter problems)
            throws IOException {
        if (!METHODS.contains(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            problems.write(
                    request,
                    response,
                    ProblemType.METHOD_NOT_ALLOWED.because("This file is only read: GET and HEAD are allowed."));
            return;
        }
        boolean compressed = takesGzip(request);
        Body body = compressed ? gzip : plain;
        response.setHeader("Vary", "Accept-Encoding");
        // It may be kept, and is asked for each time whether it is still the present one.
        response.setHeader("Cache-Control", "no-cache");
        if (new ServletWebRequest(request, response).checkNotModified(body.tag())) {
            return;
        }
        response.setContentType(contentType);
        response.setContentLength(body.bytes().length);
        if (compressed) {
            response.setHeader("Content-Encoding", "gzip");
        }
        if (request.getMethod().equals("GET")) {
            AsyncWriter.write(request, response, body.bytes(), PATIENCE, () -> {});
        }
    }

    /**
     * Whether Accept-Encoding (RFC 9110, section 12.5.3) allows gzip; where it is missing, most tools that do without
     * it cannot read gzip.
     */
    private static boolean takesGzip(HttpServletRequest request) {
        boolean any = false;
        for (String header : Collections.list(request.getHeaders("Accept-Encoding"))) {
            for (String coding : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = coding.split(";", 2);
                boolean taken = parts.length == 1 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
                switch (parts[0].strip()) {
                    case "gzip", "x-gzip" -> {
                        return taken;
                    }
                    case "*" -> any = taken;
                    default -> {}
                }
            }
        }
        return any;
    }

    private static byte[] compressed(byte[] bytes) {
        var target = new ByteArrayOutputStream();
        try (var gzip = new Smallest(target)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target.toByteArray();
    }

    private static final class Smallest extends GZIPOutputStream {

        Smallest(ByteArrayOutputStream target) throws IOException {
            super(target);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
