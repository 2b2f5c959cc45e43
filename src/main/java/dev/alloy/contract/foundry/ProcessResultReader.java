package dev.alloy.contract.foundry;

import dev.alloy.contract.Finding;
import dev.alloy.contract.foundry.EventIds.Range;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON file that Foundry writes for a root event, token by token: however large it is, little of it is in memory. Source:
 * foundry.md, “Files”.
 */
public final class ProcessResultReader {

    /** The longest text that is read; outputs, which may be longer, are passed over. */
    private static final int LONGEST_TEXT = 1 << 20;

    /** Payloads of gates hold the output of their commands. */
    private static final int LARGEST_PAYLOAD = 4 << 20;

    private static final int DEPTH = 128;

    /** Makes the parsers for {@link #read}; they may be fed from a stream. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            // Offsets are those of UTF-8, and the daemon writes nothing else.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(LONGEST_TEXT)
                    .maxNameLength(1_000)
                    .maxNumberLength(400)
                    .build())
            .build();

    private final JsonParser parser;
    private final TraceBytes file;
    private final TraceFacts facts = new TraceFacts();
    private String at = "";

    private ProcessResultReader(JsonParser parser, TraceBytes file) {
        this.parser = parser;
        this.file = file;
    }

    /**
     * Reads a whole trace.
     *
     * @param parser made by {@link #FACTORY}, at the beginning of the trace; not closed here
     * @param bytes the same bytes, for what has to be read twice
     * @throws UnreadableTrace with the place where the JSON ends too early or breaks, or for JSON that is no such file
     */
    public static TraceFacts read(JsonParser parser, TraceBytes bytes) throws IOException, UnreadableTrace {
        var reader = new ProcessResultReader(parser, bytes);
        try {
            reader.read();
        } catch (JacksonException e) {
            throw reader.unreadable(e, bytes.size());
        }
        return reader.facts;
    }

    private void read() throws IOException, UnreadableTrace {
        boolean events = false;
        boolean blocks = false;
        require(parser.nextToken() == JsonToken.START_OBJECT, "The file that Foundry writes is a JSON object.");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            at = "/" + Finding.escape(Finding.shown(name));
            parser.nextToken();
            switch (name) {
                case "events" -> {
                    items(this::event);
                    events = true;
                }
                case "block_executions" -> {
                    items(this::block);
                    blocks = true;
                }
                case "total_duration_ms" -> {
                    require(
                            parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getValueAsLong(-1) >= 0,
                            "A whole number of milliseconds is expected here.");
                    facts.totalDuration(Math.min(parser.getValueAsLong(), 1L << 52));
                }
                default -> parser.skipChildren();
            }
        }
        at = "";
        if (parser.nextToken() != null) {
            throw malformed("Something follows the end of the trace", parser.currentTokenLocation());
        }
        requireMember(events, "/events");
        requireMember(blocks, "/block_executions");
        at = "/events";
        require(!facts.isEmpty(), "A trace begins with its root event; this one has none.");
    }

    private interface Item {
        void read() throws IOException, UnreadableTrace;
    }

    private void items(Item item) throws IOException, UnreadableTrace {
        require(parser.currentToken() == JsonToken.START_ARRAY, "A list is expected here.");
        String list = at;
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            at = list + "/" + i;
            require(parser.currentToken() == JsonToken.START_OBJECT, "An object is expected here.");
            item.read();
        }
        at = list;
    }

    private void event() throws IOException, UnreadableTrace {
        Map<String, String> texts = new HashMap<>();
        Range payload = null;
        String event = at;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            at = event + "/" + Finding.escape(Finding.shown(name));
            parser.nextToken();
            switch (name) {
                case "id", "event_type", "project", "occurred_at", "throttle" -> texts.put(name, text());
                case "trace_id" -> {
                    if (parser.currentToken() != JsonToken.VALUE_NULL) {
                        texts.put(name, text());
                    }
                }
                case "payload" -> payload = range();
                default -> parser.skipChildren();
            }
        }
        at = event;
        String id = required(texts, "id");
        String type = required(texts, "event_type");
        String project = required(texts, "project");
        String occurredAt = required(texts, "occurred_at");
        String throttle = required(texts, "throttle");
        requireMember(payload != null, event + "/payload");
        if (payload != null) {
            boolean wanted = TraceFacts.wantsPayload(type);
            boolean read = wanted && payload.size() <= LARGEST_PAYLOAD;
            facts.event(new TraceFacts.Event(
                    id,
                    type,
                    project,
                    throttle,
                    texts.get("trace_id"),
                    occurredAt,
                    EventIds.verify(id, type, project, occurredAt, payload),
                    read ? payload.tree() : null,
                    wanted && !read));
        }
    }

    private void block() throws UnreadableTrace {
        String name = null;
        String summary = null;
        Boolean success = null;
        String trigger = null;
        Boolean emitted = null;
        String block = at;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            at = block + "/" + Finding.escape(Finding.shown(member));
            parser.nextToken();
            switch (member) {
                case "block_name" -> name = text();
                case "summary" -> summary = text();
                case "success" -> {
                    require(parser.currentToken().isBoolean(), "true or false is expected here.");
                    success = parser.getBooleanValue();
                }
                case "trigger_event_id" -> trigger = parser.currentToken() == JsonToken.VALUE_STRING ? text() : skip();
                case "emitted_event_ids" -> {
                    if (parser.currentToken() == JsonToken.START_ARRAY) {
                        emitted = parser.nextToken() != JsonToken.END_ARRAY;
                        skipToEndOfList(emitted);
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        at = block;
        requireMember(name != null, block + "/block_name");
        requireMember(summary != null, block + "/summary");
        requireMember(success != null, block + "/success");
        if (name != null && summary != null && success != null) {
            facts.block(new TraceFacts.Block(name, success, summary, trigger, emitted));
        }
    }

    private @Nullable String skip() {
        parser.skipChildren();
        return null;
    }

    /** From the first item of a list, if there is one, to the end of the list. */
    private void skipToEndOfList(boolean inside) {
        if (inside) {
            parser.skipChildren();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
            }
        }
    }

    private String text() throws UnreadableTrace {
        require(parser.currentToken() == JsonToken.VALUE_STRING, "A text is expected here.");
        return parser.getString();
    }

    /** Passes over the value that begins here, and tells where it was. */
    private Range range() {
        long start = parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return new Range(file, start, parser.currentLocation().getByteOffset());
    }

    private String required(Map<String, String> texts, String member) throws UnreadableTrace {
        String text = texts.get(member);
        if (text == null) {
            throw missing(at + "/" + member);
        }
        return text;
    }

    private void requireMember(boolean there, String pointer) throws UnreadableTrace {
        if (!there) {
            throw missing(pointer);
        }
    }

    private static UnreadableTrace missing(String pointer) {
        return UnreadableTrace.notATrace(pointer, "missing-member", "The file that Foundry writes has this member.");
    }

    private void require(boolean holds, String otherwise) throws UnreadableTrace {
        if (!holds) {
            throw UnreadableTrace.notATrace(at, "wrong-type", otherwise);
        }
    }

    private UnreadableTrace unreadable(JacksonException e, long size) {
        if (e instanceof StreamConstraintsException) {
            return UnreadableTrace.limitExceeded(
                    at,
                    "The trace is nested more than " + DEPTH + " levels deep, or holds too long a name, number or text"
                            + place(e.getLocation()) + ".");
        }
        String message = String.valueOf(e.getOriginalMessage());
        if (message.contains("end-of-input")) {
            return malformed("The trace is cut off after " + size + " bytes", parser.currentLocation());
        }
        boolean twice = message.startsWith("Duplicate");
        return malformed(
                twice ? "An object has the same member twice" : "This is not well-formed JSON", e.getLocation());
    }

    private UnreadableTrace malformed(String what, @Nullable TokenStreamLocation location) {
        return UnreadableTrace.malformed(
                at,
                what + place(location) + ".",
                what + place(location) + (at.isEmpty() ? "." : ", within " + at + "."));
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
