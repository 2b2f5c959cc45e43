package dev.alloy.signing;

import dev.alloy.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A public key and when its signatures count.
 *
 * @param keyId digest of the key in its X.509 form (DER)
 * @param encoded that form
 * @param validFrom when it came into use
 * @param validTo when it went out of use; null while it is in use
 */
public record PublishedKey(
        String keyId,
        byte[] encoded,
        Instant validFrom,
        @Nullable Instant validTo) {

    static final String ALGORITHM = "Ed25519";

    private static final Duration SLACK = Duration.ofMinutes(1);

    /** The id of a key of this encoding. */
    static String id(byte[] encoded) {
        return Digest.of(encoded);
    }

    /** The key as openssl and others read it. */
    public String pem() {
        return pem("PUBLIC KEY", encoded);
    }

    static String pem(String what, byte[] encoded) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(encoded)
                + "\n-----END " + what + "-----\n";
    }

    /** Reads {@link #pem()}. Throws {@link IllegalArgumentException} for anything else. */
    public static PublishedKey ofPem(String pem, Instant validFrom, @Nullable Instant validTo) {
        byte[] encoded = decodePem("PUBLIC KEY", pem);
        return new PublishedKey(id(encoded), encoded, validFrom, validTo);
    }

    static byte[] decodePem(String what, String pem) {
        String begin = "-----BEGIN " + what + "-----";
        String end = "-----END " + what + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("No " + what + " in PEM form");
        }
        return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    }

    /** Whether the signature over these bytes is this key's. */
    public boolean verifies(byte[] bytes, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
            verifier.update(bytes);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether a signature made then counts. Processes that share a key file notice another key some seconds apart. */
    public boolean isValidAt(Instant time) {
        return !time.isBefore(validFrom.minus(SLACK)) && (validTo == null || !time.isAfter(validTo.plus(SLACK)));
    }
}
