package dev.alloy.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and envelopes, with the test vectors of those who defined them. */
class SigningKeyTests {

    /** RFC 8410, section 10.3. */
    private static final String RFC_8410 = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;

    @Test
    void knowsThePublicHalfOfAKey() {
        SigningKey key = SigningKey.ofPem(RFC_8410);

        assertThat(HexFormat.of().formatHex(key.publicKey()))
                .isEqualTo("302a300506032b6570032100"
                        + "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assertThat(SigningKey.ofPem(key.pem()).publicKey()).isEqualTo(key.publicKey());
    }

    @Test
    void aGeneratedKeySurvivesItsFile() {
        SigningKey key = SigningKey.generate();
        SigningKey read = SigningKey.ofPem(key.pem());
        byte[] bytes = {1, 2, 3};

        assertThat(read.id()).isEqualTo(key.id());
        PublishedKey published = PublishedKey.ofPem(
                new PublishedKey(key.id(), key.publicKey(), Instant.EPOCH, null).pem(), Instant.EPOCH, null);
        assertThat(published.verifies(bytes, read.sign(bytes))).isTrue();
        assertThat(published.verifies(new byte[] {1, 2, 4}, read.sign(bytes))).isFalse();
        assertThat(published.verifies(bytes, new byte[64])).isFalse();
        assertThat(published.verifies(bytes, new byte[3])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void refusesOtherFiles(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.ofPem(text));
    }

    /** The example of the DSSE specification, protocol.md. */
    @Test
    void encodesWhatIsSignedAsDsseDoes() {
        assertThat(new String(
                        Envelope.signedBytes(
                                "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.UTF_8))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertThat(new String(
                        Envelope.signedBytes("t\u00fcp", "\u2713".getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.UTF_8))
                .isEqualTo("DSSEv1 4 t\u00fcp 3 \u2713");
    }
}
