package dev.alloy.console.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * A path of our own. Templates put nothing else into {@code href}, {@code src} and {@code action}: what others call an address is shown as
 * text.
 */
record Address(String path) {

    /** A slash, then what stands in paths and queries; two slashes, or one of the other kind, would be another server's. */
    private static final Pattern OWN = Pattern.compile(
            "/(?:[A-Za-z0-9._~%-][A-Za-z0-9._~%/:@!$&'()*+,;=?-]*|\\?[A-Za-z0-9._~%/:@!$&'()*+,;=?-]*)?");

    private static final int LONGEST = 2_000;

    /** Encoded it is up to three times as long, and it has to fit into the head of an answer. */
    private static final int LONGEST_SENT = 300;

    // Behind what makes sure that they are.
    static final Address INBOX = new Address("/");
    static final Address RUNS = new Address("/runs");
    static final Address SIGN_IN = new Address("/sign-in");

    Address {
        if (path.length() > LONGEST || !OWN.matcher(path).matches()) {
            throw new IllegalArgumentException("Not a path of our own");
        }
    }

    /** A page, or a part of one, of an object. */
    static Address of(String collection, String id, String... rest) {
        StringBuilder path =
                new StringBuilder("/").append(collection).append('/').append(segment(id));
        for (String part : rest) {
            path.append('/').append(segment(part));
        }
        return new Address(path.toString());
    }

    static Address run(String id, String... rest) {
        return of("runs", id, rest);
    }

    static Address brief(String id) {
        return of("briefs", id);
    }

    /** What somebody sent as the page to go to; the inbox where it is no path of our own, or a very long one. */
    static Address sent(@Nullable String next) {
        try {
            return next == null || next.isEmpty() || next.length() > LONGEST_SENT ? INBOX : new Address(next);
        } catch (IllegalArgumentException e) {
            return INBOX;
        }
    }

    /** The same address with a query parameter more, or without where there is no value. */
    Address with(String name, @Nullable String value) {
        return value == null || value.isEmpty()
                ? this
                : new Address(path + (path.contains("?") ? "&" : "?") + name + "="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static String segment(String text) {
        return UriUtils.encodePathSegment(text, StandardCharsets.UTF_8);
    }
}
