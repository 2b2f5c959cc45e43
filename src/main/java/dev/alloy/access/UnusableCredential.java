package dev.alloy.access;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Says what is wrong with an Authorization header that named nobody. Pure: it looks at the form alone, which is no secret, and never at
 * whether a token is known. Source: access.md, “Principals”.
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
            return "There is more than one Authorization header; nobody can tell whose call it is.";
        }
        String header = sent.get(0).strip();
        if (TOKEN.matcher(header).matches()) {
            return "The word 'Bearer' and a space are missing before the token.";
        }
        if (!header.toLowerCase(Locale.ROOT).startsWith("bearer")) {
            return "The scheme of the Authorization header is not 'Bearer'.";
        }
        String token = header.substring("bearer".length());
        if (token.isBlank()) {
            return "No token stands behind 'Bearer'.";
        }
        if (!Character.isWhitespace(token.charAt(0))) {
            return "A space is missing between 'Bearer' and the token.";
        }
        return ofToken(token.strip());
    }

    private static String ofToken(String token) {
        if (token.length() > BearerFilter.LONGEST) {
            return "What stands behind 'Bearer' is too long to be a token.";
        }
        if (!token.startsWith("alloy_")) {
            return "What stands behind 'Bearer' is no token of this service; those begin with 'alloy_pat_', 'alloy_rnr_', 'alloy_reg_' or"
                    + " 'alloy_cbk_'.";
        }
        if (token.startsWith("alloy_lse_")) {
            return "A lease token goes into the header Alloy-Lease; the bearer token of that call is the runner's key.";
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
        return "The bearer token is unknown, expired or revoked, or was not copied as it is: one that this service made has "
                + COMPLETE + " characters, this one has " + token.length() + ".";
    }
}
