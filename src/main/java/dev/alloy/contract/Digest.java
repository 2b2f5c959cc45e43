package dev.alloy.contract;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Content digests in the form {@code sha256:} followed by 64 lower-case hexadecimal digits. */
public final class Digest {

    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    private Digest() {}

    /** The digest of exactly these bytes. */
    public static String of(byte[] bytes) {
        return "sha256:" + HexFormat.of().formatHex(sha256(bytes));
    }

    /** The digest of a document: that of its canonical form. */
    public static String of(JsonNode document) {
        return of(CanonicalJson.bytes(document));
    }

    /** The digest of what was fed to a {@link #sha256()}; it begins again after that. */
    public static String of(MessageDigest sha256) {
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }

    /** The raw SHA-256 of these bytes. */
    public static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /** SHA-256 for what comes in parts. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether the text has the form of a digest. */
    public static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }
}
