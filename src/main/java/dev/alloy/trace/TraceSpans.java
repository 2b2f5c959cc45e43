package dev.alloy.trace;

import dev.alloy.contract.foundry.ProcessResultReader;
import dev.alloy.contract.foundry.Redaction;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * When each block of a trace ran and for how long, to be drawn. Of a long file only the beginning is read. Source: foundry.md.
 *
 * @param spans in the order of the file; no more than asked for
 * @param cut whether there are others, or may be
 */
public record TraceSpans(List<Span> spans, boolean cut) {

    private static final int MOST_EVENTS = 10_000;
    private static final int NAME = 200;

    /** Copies the list. */
    public TraceSpans {
        spans = List.copyOf(spans);
    }

    /**
     * One block.
     *
     * @param skipped whether it says itself that it did nothing
     * @param start how long after the root event it began; zero where the file does not tell
     * @param length how long it took
     */
    public record Span(String block, boolean success, boolean skipped, Duration start, Duration length) {}

    /**
     * Reads a file that was taken as one of Foundry's before.
     *
     * @param mostBytes how much of it is read
     * @param most how many spans are kept
     */
    public static TraceSpans read(InputStream file, long mostBytes, int most) throws IOException {
        var reading = new Reading(most);
        try (JsonParser parser =
                ProcessResultReader.FACTORY.createParser(ObjectReadContext.empty(), new Beginning(file, mostBytes))) {
            reading.read(parser);
        } catch (JacksonException e) {
            // The beginning of a file is no JSON any more; what was read of it stands.
            reading.cut = true;
        }
        return reading.spans();
    }

    private record Block(
            String name,
            boolean success,
            boolean skipped,
            @Nullable String trigger,
            @Nullable String emitted,
            Duration length) {}

    private static final class Reading {

        private final int most;
        private final Map<String, Instant> times = new HashMap<>();
        private final List<Block> blocks = new ArrayList<>();
        private @Nullable Instant root;
        private boolean cut;

        Reading(int most) {
            this.most = most;
        }

        void read(JsonParser parser) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "events" -> {
                        while (parser.nextToken() == JsonToken.START_OBJECT) {
                            event(parser);
                        }
                    }
                    case "block_executions" -> {
                        while (parser.nextToken() == JsonToken.START_OBJECT) {
                            block(parser);
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        private void event(JsonParser parser) {
            String id = null;
            Instant at = null;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("id")) {
                    id = parser.getString();
                } else if (text && name.equals("occurred_at")) {
                    at = instant(parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
            if (root == null) {
                root = at;
            }
            if (id != null && at != null && times.size() < MOST_EVENTS) {
                times.put(id, at);
            }
        }

        private void block(JsonParser parser) {
            String block = "";
            String summary = "";
            boolean success = false;
            String trigger = null;
            String emitted = null;
            long millis = 0;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                boolean text = value == JsonToken.VALUE_STRING;
                if (text && name.equals("block_name")) {
                    block = parser.getString();
                } else if (text && name.equals("summary")) {
                    summary = parser.getString();
                } else if (text && name.equals("trigger_event_id")) {
                    trigger = parser.getString();
                } else if (name.equals("success")) {
                    success = value == JsonToken.VALUE_TRUE;
                } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals("duration_ms")) {
                    millis = Math.max(0, parser.getValueAsLong());
                } else if (value == JsonToken.START_ARRAY && name.equals("emitted_event_ids")) {
                    emitted = first(parser);
                } else {
                    parser.skipChildren();
                }
            }
            if (blocks.size() < most) {
                blocks.add(new Block(
                        Redaction.text(block, NAME),
                        success,
                        summary.startsWith("Skipped"),
                        trigger,
                        emitted,
                        Duration.ofMillis(Math.min(millis, 1L << 40))));
            } else {
                cut = true;
            }
        }

        private static @Nullable String first(JsonParser parser) {
            String first = null;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (first == null && parser.currentToken() == JsonToken.VALUE_STRING) {
                    first = parser.getString();
                }
                parser.skipChildren();
            }
            return first;
        }

        private static @Nullable Instant instant(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                return null;
            }
        }

        TraceSpans spans() {
            return new TraceSpans(
                    blocks.stream()
                            .map(block -> new Span(
                                    block.name(), block.success(), block.skipped(), start(block), block.length()))
                            .toList(),
                    cut);
        }

        /** A block emits at its end; one that emits nothing began with its trigger at the earliest. */
        private Duration start(Block block) {
            Instant end = block.emitted() == null ? null : times.get(block.emitted());
            Instant trigger = block.trigger() == null ? null : times.get(block.trigger());
            Instant began = end == null ? trigger : end.minus(block.length());
            if (root == null || began == null || began.isBefore(root)) {
                return Duration.ZERO;
            }
            return Duration.between(root, began);
        }
    }

    /** So many bytes of a stream. */
    private static final class Beginning extends FilterInputStream {

        private long left;

        Beginning(InputStream in, long most) {
            super(in);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int read = left > 0 ? super.read() : -1;
            left -= read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = left > 0 ? super.read(bytes, offset, (int) Math.min(length, left)) : -1;
            left -= Math.max(read, 0);
            return read;
        }
    }
}
