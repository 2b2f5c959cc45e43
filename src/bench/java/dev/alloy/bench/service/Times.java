package dev.alloy.bench.service;

import java.util.ArrayList;
import java.util.List;

/** Durations of single calls. */
final class Times {

    private final List<Long> nanos = new ArrayList<>();

    void add(long duration) {
        nanos.add(duration);
    }

    /** In milliseconds: so many of a hundred took at most that. */
    double percentile(int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }
}
