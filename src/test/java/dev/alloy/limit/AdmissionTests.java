package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.http.ClientConnection;
import dev.alloy.limit.FairShare.ShareKey;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Who is refused before anything is done for them, without HTTP. */
class AdmissionTests {

    private static final ShareKey ADA = new ShareKey("acme", "ada");

    private final LimitSettings settings = new Binder(new MapConfigurationPropertySource(Map.of(
                    "alloy.limit.organization-at-once", 2,
                    "alloy.limit.longest-wait", "2s",
                    "alloy.limit.token-requests", 3)))
            .bind("alloy.limit", LimitSettings.class)
            .get();
    private long now;
    private final Shares shares = new Shares(settings, () -> now);
    private final List<Shed.Reason> refused = new ArrayList<>();
    private final Admission admission =
            new Admission(settings, new RateLimiter(settings, TimeMeter.SYSTEM_NANOTIME), shares, new Noted());

    @Test
    void whoIsWithinAllBoundsIsAdmitted() throws IOException {
        assertThat(admits(WorkKind.LOOK, 0)).isTrue();
        assertThat(refused).isEmpty();
    }

    @Test
    void aRequestIsCountedOnceHoweverOftenItIsJudged() throws IOException {
        HttpServletRequest request = request(0);
        for (int i = 0; i < 10; i++) {
            assertThat(admission.admits(ADA, WorkKind.LOOK, request, new MockHttpServletResponse()))
                    .isTrue();
        }

        assertThat(admits(WorkKind.LOOK, 0)).isTrue();
        assertThat(admits(WorkKind.LOOK, 0)).isTrue();
        assertThat(admits(WorkKind.LOOK, 0)).isFalse();
        assertThat(refused).containsExactly(Shed.Reason.RATE);
    }

    /** Two seconds before there was a thread for it. */
    @ParameterizedTest
    @EnumSource(WorkKind.class)
    void whatWaitedTooLongForAThreadIsNotServedUnlessItIsAReport(WorkKind work) throws IOException {
        assertThat(admits(work, 2_001)).isEqualTo(work == WorkKind.REPORT);
        assertThat(refused).hasSize(work == WorkKind.REPORT ? 0 : 1).allMatch(Shed.Reason.WAITED_TOO_LONG::equals);
    }

    /** A turn every half second, and three that wait: a fourth would wait for two seconds. */
    @ParameterizedTest
    @EnumSource(WorkKind.class)
    void whatWouldWaitTooLongIsNotServedUnlessItIsAReport(WorkKind work) throws IOException {
        FairShare share = shares.of(work);
        while (share.enter(ADA)) {
            // Until all places are taken.
        }
        for (int i = 0; i < 6; i++) {
            share.await(ADA, () -> {});
        }
        for (int i = 0; i < 3; i++) {
            now += Duration.ofMillis(500).toNanos();
            share.leave(ADA);
        }

        assertThat(share.expectedWait(ADA)).isEqualTo(Duration.ofSeconds(2));
        assertThat(admits(work, 0)).isEqualTo(work == WorkKind.REPORT);
        assertThat(refused).hasSize(work == WorkKind.REPORT ? 0 : 1).allMatch(Shed.Reason.WOULD_WAIT_TOO_LONG::equals);
    }

    private boolean admits(WorkKind work, long millisAgo) throws IOException {
        return admission.admits(ADA, work, request(millisAgo), new MockHttpServletResponse());
    }

    private static HttpServletRequest request(long millisAgo) {
        var request = new MockHttpServletRequest("GET", "/api/projects");
        ClientConnection.arrivedAt(
                request, System.nanoTime() - Duration.ofMillis(millisAgo).toNanos());
        return request;
    }

    /** Notes why a request was refused. */
    private final class Noted implements Refusals {

        @Override
        public void ofRate(
                HttpServletRequest request, HttpServletResponse response, WorkKind work, RateLimiter.Count exceeded) {
            refused.add(Shed.Reason.RATE);
        }

        @Override
        public void tooManyAtOnce(
                HttpServletRequest request, HttpServletResponse response, @Nullable WorkKind work, Shed.Reason reason) {
            refused.add(reason);
        }
    }
}
