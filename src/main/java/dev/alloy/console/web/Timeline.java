package dev.alloy.console.web;

import dev.alloy.run.RunEvent;
import dev.alloy.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a run's time went, in two scales: a night in the queue does not hide the minute of work. Attempts stay apart.
 *
 * @param waiting the time in which nothing could run, in order
 * @param working the time at a runner, a lane an attempt
 */
record Timeline(List<Lane> waiting, List<Lane> working) {

    /** How wide a whole lane is. */
    static final int WIDTH = 1_000;

    private static final int NARROWEST = 4;

    /** One line. */
    record Lane(String label, String length, List<Bar> bars) {}

    /** A stretch of one state. */
    record Bar(int x, int width, String kind, String title) {}

    private record Stretch(RunStatus status, int attempt, Duration length) {

        boolean isWork() {
            return status == RunStatus.ACCEPTED || status == RunStatus.EXECUTING;
        }
    }

    /**
     * Made of what happened to a run.
     *
     * @param events the oldest first
     */
    static Timeline of(List<RunEvent> events, Instant now) {
        List<Stretch> stretches = stretches(events, now);
        List<Stretch> waits = stretches.stream().filter(one -> !one.isWork()).toList();
        Map<Integer, List<Stretch>> attempts = new LinkedHashMap<>();
        stretches.stream().filter(Stretch::isWork).forEach(one -> attempts.computeIfAbsent(
                        one.attempt(), number -> new ArrayList<>())
                .add(one));
        long longest =
                attempts.values().stream().mapToLong(Timeline::millis).max().orElse(1);
        return new Timeline(
                waits.isEmpty() ? List.of() : List.of(lane("Waiting", waits, millis(waits))),
                attempts.entrySet().stream()
                        .map(entry -> lane("Attempt " + entry.getKey(), entry.getValue(), longest))
                        .toList());
    }

    private static List<Stretch> stretches(List<RunEvent> events, Instant now) {
        List<RunEvent> moves =
                events.stream().filter(event -> event.toStatus() != null).toList();
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < moves.size(); i++) {
            RunStatus status = RunStatus.of(String.valueOf(moves.get(i).toStatus()));
            Instant end = i + 1 < moves.size() ? moves.get(i + 1).occurredAt() : now;
            Integer attempt = moves.get(i).attempt();
            if (!status.isTerminal()) {
                stretches.add(new Stretch(
                        status,
                        attempt == null ? 1 : attempt,
                        Duration.between(moves.get(i).occurredAt(), end)));
            }
        }
        return stretches;
    }

    private static long millis(List<Stretch> stretches) {
        return stretches.stream().mapToLong(one -> one.length().toMillis()).sum();
    }

    private static Lane lane(String label, List<Stretch> stretches, long scale) {
        List<Bar> bars = new ArrayList<>();
        long before = 0;
        for (Stretch one : stretches) {
            long from = WIDTH * before / Math.max(1, scale);
            long width = Math.max(NARROWEST, WIDTH * one.length().toMillis() / Math.max(1, scale));
            Badge badge = Badge.of(one.status());
            int x = (int) Math.min(from, WIDTH - NARROWEST);
            bars.add(new Bar(
                    x,
                    (int) Math.min(width, WIDTH - x),
                    badge.kind(),
                    badge.label() + ", " + Moment.length(one.length())));
            before += one.length().toMillis();
        }
        return new Lane(label, Moment.length(Duration.ofMillis(before)), bars);
    }
}
