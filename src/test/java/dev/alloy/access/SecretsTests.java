package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTests {

    private static final String PREFIX = "alloy_pat_";
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    @Test
    void aSecretNamesItsRowAndHolds256RandomBits() {
        String secret = Secrets.issue(PREFIX, ID);
        assertThat(secret).matches("alloy_pat_" + ID + "_[0-9a-f]{72}");
        assertThat(Secrets.publicId(PREFIX, secret)).contains(ID);
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            all.add(Secrets.issue(PREFIX, ID));
        }
        assertThat(all).hasSize(100);
    }

    @Test
    void anyTypoBreaksTheChecksum() {
        String secret = Secrets.issue(PREFIX, ID);
        for (int i = 0; i < secret.length(); i++) {
            char typo = secret.charAt(i) == '7' ? '3' : '7';
            String mistyped = secret.substring(0, i) + typo + secret.substring(i + 1);
            assertThat(Secrets.publicId(PREFIX, mistyped)).as(mistyped).isEmpty();
        }
    }

    @Test
    void aSecretOfAnotherPrefixLengthOrCaseIsNone() {
        String secret = Secrets.issue(PREFIX, ID);
        assertThat(Secrets.publicId("alloy_rnr_", secret)).isEmpty();
        assertThat(Secrets.publicId("alloy_rnr_", secret.replace("alloy_pat_", "alloy_rnr_")))
                .isEmpty();
        assertThat(Secrets.publicId(PREFIX, secret.toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(Secrets.publicId(PREFIX, secret + "0")).isEmpty();
        assertThat(Secrets.publicId(PREFIX, secret + "\n")).isEmpty();
        assertThat(Secrets.publicId(PREFIX, secret.substring(1))).isEmpty();
        assertThat(Secrets.publicId(PREFIX, "")).isEmpty();
    }

    @Test
    void onlyTheSecretItselfMatchesItsHash() {
        String secret = Secrets.issue(PREFIX, ID);
        byte[] hash = Secrets.hash(secret);
        assertThat(hash).hasSize(32);
        assertThat(Secrets.matches(secret, hash)).isTrue();
        assertThat(Secrets.matches(Secrets.issue(PREFIX, ID), hash)).isFalse();
        assertThat(Secrets.matches(secret, null)).isFalse();
        assertThat(Secrets.matches(secret, new byte[0])).isFalse();
    }
}
