package dev.alloy.console.web;

import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Ties a form to the browser that it was shown to. The token is a digest of the secret in its cookie, which no other
 * site can read.
 */
final class FormTokens {

    /** The name of the field. */
    static final String FIELD = "form_token";

    private FormTokens() {}

    static String of(String cookie) {
        return HexFormat.of()
                .formatHex(Digest.sha256(("alloy console form\n" + cookie).getBytes(StandardCharsets.UTF_8)));
    }

    static boolean matches(@Nullable String sent, String cookie) {
        return sent != null
                && MessageDigest.isEqual(
                        sent.getBytes(StandardCharsets.UTF_8), of(cookie).getBytes(StandardCharsets.UTF_8));
    }
}
