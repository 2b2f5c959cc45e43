package dev.alloy.bench.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long each call of a cycle took, of all clients. */
final class CallTimes {

    private final Map<String, Times> calls = new LinkedHashMap<>();

    /** Notes a call. */
    synchronized void add(String call, long nanos) {
        calls.computeIfAbsent(call, name -> new Times()).add(nanos);
    }

    /**
     * Half of the calls of each kind took at most that, and 99 of a hundred.
     *
     * @param goal of the half; null where there is none
     */
    synchronized List<Figure> figures(String clients, @Nullable Double goal) {
        List<Figure> figures = new ArrayList<>();
        calls.forEach((call, times) -> {
            String half = call + ", " + clients + ", p50";
            double millis = times.percentile(50);
            figures.add(goal == null ? Figure.of(half, millis, "ms") : Figure.atMost(half, millis, "ms", goal));
            figures.add(Figure.of(call + ", " + clients + ", p99", times.percentile(99), "ms"));
        });
        return figures;
    }
}
