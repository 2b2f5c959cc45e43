package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.limit.FairShare.ShareKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ShedTests {

    private final Shares shares = new Shares(
            new Binder(new MapConfigurationPropertySource()).bindOrCreate("alloy.limit", LimitSettings.class),
            System::nanoTime);
    private final Shed shed = new Shed(shares, Duration.ofMinutes(1));

    @Test
    void saysInOneLineWhatWasNotServedHoweverMuchItWas(CapturedOutput log) {
        for (int i = 0; i < 5_000; i++) {
            shed.count(WorkKind.LOOK, Shed.Reason.WAITED_TOO_LONG);
        }
        shed.count(null, Shed.Reason.RATE);
        assertThat(log.getAll()).doesNotContain("not served");

        shed.perform();

        assertThat(log.getAll().lines().filter(line -> line.contains("not served")))
                .singleElement()
                .asString()
                .contains(
                        "5001 requests were not served in the last 60 s",
                        "1 stranger rate",
                        "5000 look waited_too_long",
                        "; 0 wait");
    }

    @Test
    void saysNothingWhereAllWasServed(CapturedOutput log) {
        shed.count(WorkKind.POLL, Shed.Reason.RATE);
        shed.perform();
        shed.perform();

        assertThat(log.getAll().lines().filter(line -> line.contains("not served")))
                .hasSize(1);
    }

    @Test
    void metersWhatIsNotServedAndWhatWaits() {
        var registry = new SimpleMeterRegistry();
        shed.bindTo(registry);
        ShareKey guest = new ShareKey("acme", "tok_a");
        FairShare looks = shares.of(WorkKind.LOOK);
        while (looks.enter(guest)) {
            // Until all places are taken.
        }
        looks.await(guest, () -> {});
        shed.count(WorkKind.LOOK, Shed.Reason.TOO_MANY_WAITING);

        assertThat(registry.get("alloy.limits")
                        .tags("kind", "look", "outcome", "too_many_waiting")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("alloy.limits")
                        .tags("kind", "stranger", "outcome", "rate")
                        .functionCounter()
                        .count())
                .isZero();
        assertThat(registry.get("alloy.limits.waiting")
                        .tag("kind", "look")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }
}
