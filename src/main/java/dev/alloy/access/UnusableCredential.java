package dev.alloy.access;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Says what is wrong with an Authorization header that named no caller. Pure: it looks at the form alone, which is no
 * secret, and never at whether a token is known. Source: access.md, “Principals”.
 */
final class UnusableCredential {

    private static final Pattern TOKEN = Pattern.compile("alloy_[a-z]{3}_.*");
    private static final Pattern BEGINNING =
            Pattern.compile("alloy_(pat|rnr|reg|cbk)_([0-9A-Z]{0,26}|[0-9A-Z]{26}_[0-9a-f]*)");
    private static final int COMPLETE = "alloy_pat_".length() + 26 + 1 + 64 + 8;

    private UnusableCredential() {}

    /** Why these headers do not say who calls. */
    static String because(Enumeration<String> headers) {
        List<String> sent = Collections.list(headers);
        if (sent.isEmpty()) {
            return "The Authorization header is missing.";
        }
        if (sent.size() > 1) {
            return "There is more than one Authorization header, so the caller is unclear.";
        }
        String header = sent.get(0).strip();
        if (TOKEN.matcher(header).matches()) {
            return "Write 'Bearer' and a space before the token.";
        }
        if (!header.toLowerCase(Locale.ROOT).startsWith("bearer")) {
            return "The scheme of the Authorization header is not 'Bearer'.";
        }
        String token = header.substring("bearer".length());
        if (token.isBlank()) {
            return "No token follows 'Bearer'.";
        }
        if (!Character.isWhitespace(token.charAt(0))) {
            return "A space is missing between 'Bearer' and the token.";
        }
        return ofToken(token.strip());
    }

    private static String ofToken(String token) {
        if (token.length() > BearerFilter.LONGEST) {
            return "The text after 'Bearer' is too long to be a token.";
        }
        if (!token.startsWith("alloy_")) {
            return "The text after 'Bearer' is not a token of this service; its tokens begin with 'alloy_pat_', 'alloy_rnr_', 'alloy_reg_' or"
                    + " 'alloy_cbk_'.";
        }
        if (token.startsWith("alloy_lse_")) {
            return "Send the lease token in the header Alloy-Lease, and the runner's key as bearer token.";
        }
        if (Secrets.isWellFormed(token)) {
            return Secrets.isSound(token)
                    ? "The bearer token is unknown, expired or revoked."
                    : "The token has a typo: its checksum does not match its other characters.";
        }
        if (token.length() < COMPLETE && BEGINNING.matcher(token).matches()) {
            return "The token is cut off: it has " + token.length() + " of " + COMPLETE + " characters.";
        }
        if (token.length() == COMPLETE) {
            return "The token has a typo: it holds a character that no token has in that place.";
        }
        return "The bearer token is unknown, expired or revoked, or was not copied exactly: tokens of this service have "
                + COMPLETE + " characters, this one has " + token.length() + ".";
    }
}
