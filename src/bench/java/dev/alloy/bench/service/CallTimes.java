package dev.alloy.bench.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long each call of a cycle took, of all clients. */
final class CallTimes {

    private final Map<String, Times> calls = new LinkedHashMap<>();

    /** Notes a call. */
    synchronized void add(String call, long nanos) {
        calls.computeIfAbsent(call, name -> new Times()).add(nanos);
    }

    /** Half of the calls of each kind took at most that, and 99 of a hundred. */
    synchronized List<Figure> figures(String clients, double goal) {
        List<Figure> figures = new ArrayList<>();
        calls.forEach((call, times) -> {
            figures.add(Figure.atMost(call + ", " + clients + ", p50", times.percentile(50), "ms", goal));
            figures.add(Figure.of(call + ", " + clients + ", p99", times.percentile(99), "ms"));
        });
        return figures;
    }

    /** The same without a goal. */
    synchronized List<Figure> figures(String clients) {
        List<Figure> figures = new ArrayList<>();
        calls.forEach((call, times) -> {
            figures.add(Figure.of(call + ", " + clients + ", p50", times.percentile(50), "ms"));
            figures.add(Figure.of(call + ", " + clients + ", p99", times.percentile(99), "ms"));
        });
        return figures;
    }
}
