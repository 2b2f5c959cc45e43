package dev.alloy.console.web;

import dev.alloy.trace.JudgedTrace;
import dev.alloy.trace.TraceSpans;
import dev.alloy.trace.TraceSpans.Span;
import dev.alloy.trace.Traces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Draws a trace: a bar for each block, when it began and for how long it ran. */
@Component
class TraceBars {

    /** As much as a page and its reader bear. */
    private static final int MOST = 100;

    /** The beginning of most traces, and little enough to be read for a page. */
    private static final long MOST_BYTES = 2L << 20;

    private static final int NARROWEST = 4;

    private final Traces traces;

    TraceBars(Traces traces) {
        this.traces = traces;
    }

    /**
     * A drawn trace.
     *
     * @param lanes a line for each block, with its times in words
     * @param cut that not all of it is drawn; null where it is
     */
    record Bars(List<Timeline.Lane> lanes, @Nullable String cut) {}

    /** The trace to draw among a run's, newest first: the newest file that is believed, else the newest file. */
    static Optional<JudgedTrace> chosen(List<JudgedTrace> sent) {
        List<JudgedTrace> files = sent.stream().filter(JudgedTrace::isFile).toList();
        return files.stream().filter(JudgedTrace::believed).findFirst().or(() -> files.stream()
                .findFirst());
    }

    /** The picture of a trace. */
    Bars of(JudgedTrace trace) {
        try (InputStream in = traces.open(trace.kept())) {
            return drawn(TraceSpans.read(in, MOST_BYTES, MOST), simulated(trace.summary()), trace.believed());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> simulated(JsonNode summary) {
        return summary.path("mutators_simulated")
                .valueStream()
                .map(name -> name.asString(""))
                .collect(Collectors.toSet());
    }

    private static Bars drawn(TraceSpans read, Set<String> simulated, boolean believed) {
        long scale = Math.max(
                1,
                read.spans().stream()
                        .mapToLong(span -> end(span).toMillis())
                        .max()
                        .orElse(1));
        List<Timeline.Lane> lanes = read.spans().stream()
                .map(span -> lane(span, scale, simulated.contains(span.block()), believed))
                .toList();
        if (!read.cut()) {
            return new Bars(lanes, null);
        }
        return new Bars(
                lanes,
                lanes.isEmpty()
                        ? "The trace is too long to draw. The API has all of it."
                        : "The trace is long: only its first " + lanes.size()
                                + " blocks are drawn. The API has all of it.");
    }

    private static Duration end(Span span) {
        return span.start().plus(span.length());
    }

    private static Timeline.Lane lane(Span span, long scale, boolean simulated, boolean believed) {
        int x = (int) Math.min(Timeline.WIDTH * span.start().toMillis() / scale, Timeline.WIDTH - NARROWEST);
        long width = Math.max(NARROWEST, Timeline.WIDTH * span.length().toMillis() / scale);
        String how = simulated ? "simulated" : span.skipped() ? "skipped" : span.success() ? "ran" : "failed";
        // What is not believed has the colour of nothing.
        String kind =
                !believed ? "idle" : simulated ? "finds" : span.skipped() ? "idle" : span.success() ? "good" : "bad";
        String words = how + ", " + millis(span.length()) + " from +" + millis(span.start());
        return new Timeline.Lane(
                span.block(),
                words,
                List.of(new Timeline.Bar(x, (int) Math.min(width, Timeline.WIDTH - x), kind, words)));
    }

    private static String millis(Duration length) {
        return length.toMillis() < 1_000
                ? String.format(Locale.ROOT, "%d ms", length.toMillis())
                : Moment.length(length);
    }
}
