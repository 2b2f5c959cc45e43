package dev.alloy.http;

import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the whole body of a request before anything else happens: bounded as sent and after decompression. What follows may
 * read it as often as it needs. Runs behind security, so that nobody unknown can make us buffer.
 */
class RequestBodyFilter extends OncePerRequestFilter {

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final ProblemWriter problems;
    private final int limit;

    RequestBodyFilter(ProblemWriter problems, int limit) {
        this.problems = problems;
        this.limit = limit;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !WITH_BODY.contains(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        BufferedRequest buffered;
        try {
            refuseForeignCharset(request.getContentType());
            buffered = new BufferedRequest(request, read(request));
        } catch (ProblemException e) {
            problems.write(request, response, e);
            return;
        }
        chain.doFilter(buffered, response);
    }

    private static void refuseForeignCharset(@Nullable String contentType) {
        if (contentType == null) {
            return;
        }
        try {
            MediaType mediaType = MediaType.parseMediaType(contentType);
            if (!mediaType.isConcrete()) {
                throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because("The Content-Type header names no one media type.");
            }
            if (mediaType.getSubtype().endsWith("+json")) {
                throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                        "The body must be application/json: it is read by no rules but those of the endpoint.");
            }
            String charset = mediaType.getParameter("charset");
            if (charset == null || charset.replace("\"", "").equalsIgnoreCase("utf-8")) {
                return;
            }
        } catch (InvalidMediaTypeException e) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because("The Content-Type header cannot be read.");
        }
        throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because("JSON is read in UTF-8 only.");
    }

    private byte[] read(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge();
        }
        String coding = request.getHeader("Content-Encoding");
        byte[] sent = bounded(request.getInputStream());
        if (coding == null || coding.equalsIgnoreCase("identity")) {
            return sent;
        }
        if (!coding.toLowerCase(Locale.ROOT).equals("gzip")) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE.because(
                    "The content coding is not supported; gzip and identity are.");
        }
        try (WholeGzip plain = new WholeGzip(sent)) {
            byte[] body = bounded(plain);
            plain.refuseWhatFollows();
            return body;
        } catch (IOException e) {
            throw ProblemType.MALFORMED_JSON.because("The body is not valid gzip, as its Content-Encoding claims.");
        }
    }

    /** The library ends silently at bytes behind the last member; nobody meant to send those. */
    private static final class WholeGzip extends GZIPInputStream {

        private static final int TRAILER = 8;

        WholeGzip(byte[] sent) throws IOException {
            // With all of it in one buffer, what the inflater has left in the end is all that there is.
            super(new ByteArrayInputStream(sent), Math.max(sent.length, 1));
        }

        void refuseWhatFollows() throws IOException {
            if (inf.getRemaining() != TRAILER) {
                throw new ZipException("Bytes behind the end");
            }
        }
    }

    private byte[] bounded(InputStream in) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (out.size() + n > limit) {
                throw tooLarge();
            }
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    private ProblemException tooLarge() {
        return ProblemType.PAYLOAD_TOO_LARGE.because("The body is larger than " + limit + " bytes.");
    }
}
