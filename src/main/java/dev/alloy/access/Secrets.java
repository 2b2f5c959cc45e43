package dev.alloy.access;

import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Generated bearer secrets: {@code <prefix><public id>_<256 random bits><CRC-32>}, hexadecimal. The public id finds the row, the
 * checksum tells a typo from an attack, and only the SHA-256 is stored. Source: access.md, “Principals”.
 */
public final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("(alloy_[a-z]{3}_)([0-9A-Z]{26})_([0-9a-f]{64})([0-9a-f]{8})");

    private Secrets() {}

    /** A new secret for the row whose id ends with this ULID. */
    public static String issue(String prefix, String publicId) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String body = prefix + publicId + "_" + HexFormat.of().formatHex(random);
        return body + checksum(body);
    }

    /** The public id inside a well-formed secret of this prefix; empty when it is not one. */
    public static Optional<String> publicId(String prefix, String secret) {
        Matcher matcher = FORM.matcher(secret);
        if (!matcher.matches() || !prefix.equals(matcher.group(1))) {
            return Optional.empty();
        }
        return isSound(secret) ? Optional.of(matcher.group(2)) : Optional.empty();
    }

    /** Whether it has the form of a generated secret, whatever its checksum says. */
    static boolean isWellFormed(String secret) {
        return FORM.matcher(secret).matches();
    }

    /** Whether the checksum of a well-formed secret matches the rest. */
    static boolean isSound(String secret) {
        int body = secret.length() - 8;
        return checksum(secret.substring(0, body)).equals(secret.substring(body));
    }

    /** What is stored of a secret. */
    public static byte[] hash(String secret) {
        return Digest.sha256(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the secret is the one behind the hash, in time that does not depend on how much of it is right. */
    public static boolean matches(String secret, byte @Nullable [] hash) {
        return hash != null && MessageDigest.isEqual(hash(secret), hash);
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
