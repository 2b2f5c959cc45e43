package dev.alloy.limit;

import dev.alloy.database.RepeatedTask;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests that are not served, and those that wait, for whoever watches: as metrics, and in the log as one line a minute in which there
 * were any, however many.
 */
class Shed extends RepeatedTask implements MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(Shed.class);

    /** Why a request was not served. */
    enum Reason {
        /** More came in a window than may. */
        RATE,
        /** Enough waited already. */
        TOO_MANY_WAITING,
        /** Its turn did not come in time. */
        WAITED_TOO_LONG,
        /** So many waited that its turn would not have come in time. */
        WOULD_WAIT_TOO_LONG,
        /** Answers to the same reader waited for being read. */
        UNREAD,
        /** There was no database. */
        NO_DATABASE;

        private final String wire = name().toLowerCase(Locale.ROOT);
    }

    /** What is counted under the name of no kind of work. */
    private static final String STRANGERS = "stranger";

    private final Map<Reason, Map<String, LongAdder>> counts = new EnumMap<>(Reason.class);
    private final Map<String, Long> told = new HashMap<>();
    private final Duration interval;
    private final Shares shares;

    Shed(Shares shares, Duration interval) {
        super("limits", interval);
        this.shares = shares;
        this.interval = interval;
        for (Reason reason : Reason.values()) {
            Map<String, LongAdder> ofKinds = new LinkedHashMap<>();
            for (WorkKind work : WorkKind.values()) {
                ofKinds.put(kind(work), new LongAdder());
            }
            ofKinds.put(STRANGERS, new LongAdder());
            counts.put(reason, ofKinds);
        }
    }

    private static String kind(@Nullable WorkKind work) {
        return work == null ? STRANGERS : work.name().toLowerCase(Locale.ROOT);
    }

    /** A request was not served; null where nobody knows whose it was. */
    void count(@Nullable WorkKind work, Reason reason) {
        LongAdder count = ofKinds(reason).get(kind(work));
        if (count != null) {
            count.increment();
        }
    }

    private Map<String, LongAdder> ofKinds(Reason reason) {
        return counts.getOrDefault(reason, Map.of());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counts.forEach((reason, kinds) ->
                kinds.forEach((kind, count) -> FunctionCounter.builder("alloy.limits", count, LongAdder::doubleValue)
                        .tag("kind", kind)
                        .tag("outcome", reason.wire)
                        .description("Requests that were not served")
                        .register(registry)));
        for (WorkKind work : WorkKind.values()) {
            Gauge.builder("alloy.limits.waiting", () -> shares.of(work).waiting())
                    .tag("kind", kind(work))
                    .description("Requests that wait for their turn")
                    .register(registry);
        }
    }

    /** One line for all that happened since the one before. */
    @Override
    protected void perform() {
        List<String> news = new ArrayList<>();
        long all = 0;
        for (var ofReason : counts.entrySet()) {
            for (var ofKind : ofReason.getValue().entrySet()) {
                String name = ofKind.getKey() + " " + ofReason.getKey().wire;
                long count = ofKind.getValue().sum();
                long more = count - told.getOrDefault(name, 0L);
                told.put(name, count);
                if (more > 0) {
                    news.add(more + " " + name);
                    all += more;
                }
            }
        }
        if (all > 0) {
            int waiting = 0;
            for (WorkKind work : WorkKind.values()) {
                waiting += shares.of(work).waiting();
            }
            LOG.warn(
                    "{} requests were not served in the last {} s ({}); {} wait",
                    all,
                    interval.toSeconds(),
                    String.join(", ", news),
                    waiting);
        }
    }
}
