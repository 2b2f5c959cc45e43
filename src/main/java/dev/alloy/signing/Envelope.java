package dev.alloy.signing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A DSSE envelope, version 1: a payload, what it is, and signatures over both.
 *
 * @param payloadType media type of the payload
 * @param payload the payload, base64
 * @param signatures none, where nothing was signed
 */
public record Envelope(@JsonProperty("payloadType") String payloadType, String payload, List<Signed> signatures) {

    /** Media type of in-toto statements. */
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    /**
     * One signature.
     *
     * @param keyid the key's id among the published ones
     * @param sig the signature, base64
     */
    public record Signed(String keyid, String sig) {}

    /** An envelope with one signature. */
    public static Envelope of(String payloadType, byte[] payload, String keyId, byte[] signature) {
        return new Envelope(
                payloadType,
                Base64.getEncoder().encodeToString(payload),
                List.of(new Signed(keyId, Base64.getEncoder().encodeToString(signature))));
    }

    /** An envelope without a signature. */
    public static Envelope unsigned(String payloadType, byte[] payload) {
        return new Envelope(payloadType, Base64.getEncoder().encodeToString(payload), List.of());
    }

    /**
     * The bytes that are signed, DSSE's pre-authentication encoding: {@code DSSEv1}, then type and payload, each behind
     * its length in bytes, separated by single spaces.
     */
    public static byte[] signedBytes(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(payload.length + type.length + 32);
        out.writeBytes("DSSEv1".getBytes(StandardCharsets.US_ASCII));
        part(out, type);
        part(out, payload);
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, byte[] bytes) {
        out.write(' ');
        out.writeBytes(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
        out.write(' ');
        out.writeBytes(bytes);
    }

    /** The payload's bytes. */
    public byte[] payloadBytes() {
        return Base64.getDecoder().decode(payload);
    }

    /** Whether one of the signatures is this key's and good. */
    public boolean isSignedBy(PublishedKey key) {
        byte[] signed = signedBytes(payloadType, payloadBytes());
        return signatures.stream()
                .filter(one -> one.keyid().equals(key.keyId()))
                .anyMatch(one -> key.verifies(signed, decoded(one.sig())));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
