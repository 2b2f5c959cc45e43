package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What is counted of a token and an organization, at a clock of the test's own. */
class RateLimiterTests {

    private long nanos;

    private final RateLimiter rates = new RateLimiter(settings("10s", 5, 8), new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    @Test
    void aTokenSendsSoManyInAWindow() {
        for (int left = 4; left >= 0; left--) {
            RateLimiter.Count count = rates.ofToken("tok_1");
            assertThat(count.allowed()).isTrue();
            assertThat(count.left()).isEqualTo(left);
        }

        RateLimiter.Count refused = rates.ofToken("tok_1");

        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isEqualTo(2);
        assertThat(refused.fullAfter()).isEqualTo(10);
        assertThat(refused.item()).isEqualTo("\"token\";r=0;t=10");
        assertThat(rates.ofToken("tok_2").allowed()).isTrue();
    }

    @Test
    void whatWasSentComesBackWithTime() {
        for (int i = 0; i < 5; i++) {
            rates.ofToken("tok_1");
        }
        nanos = Duration.ofSeconds(2).toNanos();

        assertThat(rates.ofToken("tok_1").allowed()).isTrue();
        assertThat(rates.ofToken("tok_1").allowed()).isFalse();
        nanos = Duration.ofSeconds(60).toNanos();
        assertThat(rates.ofToken("tok_1").left()).isEqualTo(4);
    }

    @Test
    void organizationsAreCountedApartFromTokens() {
        for (int i = 0; i < 8; i++) {
            assertThat(rates.ofOrganization("acme").allowed()).isTrue();
        }

        assertThat(rates.ofOrganization("acme").allowed()).isFalse();
        assertThat(rates.ofOrganization("other").allowed()).isTrue();
        assertThat(rates.ofToken("acme").allowed()).isTrue();
    }

    @Test
    void saysItsPolicy() {
        assertThat(rates.policy()).isEqualTo("\"token\";q=5;w=10, \"organization\";q=8;w=10");
    }

    @Test
    void someConnectionsAreLeftForOthers() {
        assertThat(settings("10s", 5, 8).atWork(10)).isEqualTo(7);
        assertThat(settings("10s", 5, 8).atWork(1)).isEqualTo(1);
    }

    private static LimitSettings settings(String window, int ofToken, int ofOrganization) {
        return new Binder(new MapConfigurationPropertySource(Map.of(
                        "alloy.limit.window", window,
                        "alloy.limit.token-requests", ofToken,
                        "alloy.limit.organization-requests", ofOrganization,
                        "alloy.limit.address-requests", 5,
                        "alloy.limit.stranger-requests", 8)))
                .bind("alloy.limit", LimitSettings.class)
                .get();
    }
}
