package dev.alloy.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a request in a trace of the caller's. Source: W3C Trace Context, section 3.2; as it asks for, what is malformed is as if
 * nothing had been sent.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param parentId 16 hexadecimal digits, not all zero
 * @param flags two hexadecimal digits
 */
record TraceParent(String traceId, String parentId, String flags) {

    static final String HEADER = "traceparent";

    /** Versions to come may add parts behind the flags. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final SecureRandom RANDOM = new SecureRandom();

    static Optional<TraceParent> of(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader(HEADER)).flatMap(TraceParent::parse);
    }

    static Optional<TraceParent> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        boolean wellFormed = matcher.matches()
                && (matcher.group(5) == null || !matcher.group(1).equals("00"));
        return wellFormed
                ? Optional.of(new TraceParent(matcher.group(2), matcher.group(3), matcher.group(4)))
                : Optional.empty();
    }

    /** What the service does for it, as the next span of the same trace. */
    TraceParent child() {
        byte[] id = new byte[8];
        RANDOM.nextBytes(id);
        // All zeros are no id.
        id[0] |= 1;
        return new TraceParent(traceId, HexFormat.of().formatHex(id), flags);
    }

    /** The header's value. */
    String text() {
        return "00-" + traceId + "-" + parentId + "-" + flags;
    }
}
