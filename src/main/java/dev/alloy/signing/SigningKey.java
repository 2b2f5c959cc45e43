package dev.alloy.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * A private key of this replica.
 *
 * @param key the key itself
 * @param publicKey its public half, X.509 (DER)
 */
record SigningKey(PrivateKey key, byte[] publicKey) {

    private static final String PEM = "PRIVATE KEY";

    static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(PublishedKey.ALGORITHM).generateKeyPair();
            return new SigningKey(pair.getPrivate(), pair.getPublic().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    /**
     * Reads PKCS #8 in PEM form, as {@code openssl genpkey -algorithm ed25519} writes it. Throws {@link IllegalArgumentException} for
     * anything else.
     */
    static SigningKey ofPem(String pem) {
        try {
            byte[] encoded = PublishedKey.decodePem(PEM, pem);
            KeyFactory keys = KeyFactory.getInstance(PublishedKey.ALGORITHM);
            PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, publicHalf(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("No Ed25519 key in PKCS #8", e);
        }
    }

    /** The JDK derives the public half when a generator is fed with the private one as its randomness. */
    private static byte[] publicHalf(PrivateKey key) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new IllegalArgumentException("The key does not show its bytes"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(PublishedKey.ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new FixedBytes(seed));
        return generator.generateKeyPair().getPublic().getEncoded();
    }

    /** Hands out these bytes once, as what it is asked for. */
    private static final class FixedBytes extends SecureRandom {

        private static final long serialVersionUID = 1;

        private final byte[] bytes;

        FixedBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }

    /** The key in PEM form. */
    String pem() {
        return PublishedKey.pem(PEM, key.getEncoded());
    }

    String id() {
        return PublishedKey.id(publicKey);
    }

    byte[] sign(byte[] bytes) {
        try {
            Signature signer = Signature.getInstance(PublishedKey.ALGORITHM);
            signer.initSign(key);
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The signing key cannot sign", e);
        }
    }
}
