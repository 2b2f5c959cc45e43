package dev.alloy.contract.foundry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That secrets of known shapes do not get into what is shown. */
class RedactionTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alloy_pat_01ABCDEFGHJKMNPQ_SECRETCANARYSECRETCANARY",
                "ghp_SECRETCANARYSECRETCANARY0123456789",
                "github_pat_SECRETCANARYSECRETCANARY0123456789",
                "glpat-SECRETCANARY0123456789",
                "sk-ant-SECRETCANARY-0123456789012345",
                "AKIASECRETCANARY1234",
                "AIzaSECRETCANARYSECRETCANARY01234567890",
                "xoxb-SECRETCANARY-0123456789",
                "npm_SECRETCANARYSECRETCANARYSECRETCANARY",
                "eyJhbGciOiJIUzI1NiJ9.SECRETCANARYSECRET.SECRETCANARY",
                "Authorization: Bearer SECRETCANARY0123456789",
                "https://ann:SECRETCANARY@example.test/repo.git",
                "password=SECRETCANARY",
                "API_KEY: \"SECRETCANARY\"",
                "{\"client_secret\": \"SECRETCANARY\"}",
                "-----BEGIN RSA PRIVATE KEY-----\nSECRETCANARY\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nSECRETCANARY cut off",
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\nSECRETCANARY\n-----END PGP PRIVATE KEY BLOCK-----",
                "password=S@;SECRETCANARY",
                "PASSWORD=\"my SECRETCANARY phrase\"",
                "{\\\"password\\\": \\\"SECRETCANARY\\\"}",
                "postgres://u:pa/SECRETCANARY@h/db",
                "https://SECRETCANARY@github.com",
                "Authorization: token SECRETCANARY",
                "Set-Cookie: session=SECRETCANARY",
                "DB_PASS=SECRETCANARY",
                "passphrase: SECRETCANARY",
                "--password SECRETCANARY",
                "AccountKey=SECRETCANARY",
                "AGE-SECRET-KEY-1SECRETCANARY0123456789",
                "whsec_SECRETCANARY0123456789",
                "glsa_SECRETCANARY0123456789",
                "xapp-SECRETCANARY-0123456789",
                "ghp_SECRETCANARY\u0000SECRETCANARY0123456789",
                "ghp_SECRETCANARY\u200bSECRETCANARY0123456789",
                "\u001b[31mghp_SECRETCANARYSECRETCANARY0123456789\u001b[0m",
            })
    void takesSecretsOut(String secret) {
        assertThat(Redaction.text("before " + secret + " after", 1_000))
                .startsWith("before ")
                .contains("[redacted]")
                .doesNotContain("SECRETCANARY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p: gates failed, retry 1/3 requested",
                "evt_b86aa114ecb6e9fe98a6893b",
                "Tokenizer splits words; the token count is 12",
                "https://example.test/a:b/c",
            })
    void leavesTheRest(String text) {
        assertThat(Redaction.text(text, 1_000)).isEqualTo(text);
    }

    @Test
    void replacesWhatCannotBeShown() {
        assertThat(Redaction.text("a\u0000b\u001b[31mc\ud800d\u202ee\nf\tg", 1_000))
                .isEqualTo("a\ufffdb\ufffd[31mc\ufffdd\ufffde\nf\tg");
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(Redaction.text("x".repeat(5_000), 100)).isEqualTo("x".repeat(100) + "\u2026");
        assertThat(Redaction.text("x".repeat(100), 100)).isEqualTo("x".repeat(100));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "password=", "https://", "-----BEGIN ", "eyJaaaaaaaaa.", "bearer ", "secret: \"", "a://b:"})
    void endsOnAnything(String part) {
        assertThat(Redaction.text(part.repeat((4 << 20) / part.length()), 1_000))
                .hasSizeLessThanOrEqualTo(1_001);
    }
}
