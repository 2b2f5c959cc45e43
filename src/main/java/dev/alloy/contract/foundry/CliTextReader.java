package dev.alloy.contract.foundry;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what {@code foundry trace} prints, with and without {@code --verbose}. The text tells neither throttle nor
 * time, so no id can be checked; outputs printed between the lines could imitate them, so nobody should trust it more
 * than whoever sent it.
 */
public final class CliTextReader {

    private static final Pattern TRACE = Pattern.compile("trace: (\\S{1,200})");
    private static final Pattern EVENT =
            Pattern.compile("((?: {4}){0,200})([a-z_]{1,100}) \\((evt_[0-9a-f]{24})\\) project=(.{0,300})");
    private static final Pattern BLOCK = Pattern.compile(
            "((?: {4}){0,200})  \u2192 (.{1,200}?) \\((\\d{1,15})ms\\): (ok|FAILED) \u2014 ?(.*)", Pattern.DOTALL);
    private static final Pattern EMITTED = Pattern.compile(" {4,804}emitted\\[(\\d{1,4})\\]: (.*)");
    private static final Pattern TOTAL = Pattern.compile("Total: (\\d{1,15})ms \\(blocks: \\d{1,15}ms\\)");
    private static final String END = "---";
    private static final int INDENT = 4;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A block, and what it emitted where that is printed. */
    private static final class Emitter {

        private final String name;
        private final boolean success;
        private final String summary;
        private final Map<Integer, String> payloads = new HashMap<>();
        private int children;

        Emitter(String name, boolean success, String summary) {
            this.name = name;
            this.success = success;
            this.summary = summary;
        }
    }

    private final TraceFacts facts = new TraceFacts();
    private final Lines lines;

    /** The block last printed at each depth: whatever is printed deeper came of it. */
    private final List<Emitter> path = new ArrayList<>();

    /** The block whose details may follow. */
    private @Nullable Emitter open;

    private @Nullable String traceId;

    private CliTextReader(Lines lines) {
        this.lines = lines;
    }

    /** The text, line by line. */
    public interface Lines {

        /** The next line without its end; null behind the last. */
        @Nullable
        String next() throws IOException;

        /** The number of the line read last, from 1. */
        int number();
    }

    /**
     * Reads a whole trace.
     *
     * @throws UnreadableTrace with the line: other text, and a text without its end
     */
    public static TraceFacts read(Lines lines) throws IOException, UnreadableTrace {
        var reader = new CliTextReader(lines);
        try {
            reader.read();
        } catch (CharacterCodingException e) {
            throw reader.refusal("The text is not UTF-8");
        }
        return reader.facts;
    }

    private void read() throws IOException, UnreadableTrace {
        boolean ended = false;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (ended) {
                last(line);
            } else if (line.equals(END) && !facts.isEmpty()) {
                ended = true;
            } else {
                line(line);
            }
        }
        if (!ended) {
            throw refusal(
                    facts.isEmpty()
                            ? "The text has no event; what 'foundry trace' prints begins with one"
                            : "The trace is cut off: the line --- that ends it is missing");
        }
        settle();
    }

    private void last(String line) throws UnreadableTrace {
        Matcher total = TOTAL.matcher(line);
        if (total.matches()) {
            facts.totalDuration(Long.parseLong(total.group(1)));
        } else if (!line.isBlank()) {
            throw refusal("Something follows the end of the trace");
        }
    }

    private void line(String line) throws UnreadableTrace {
        Matcher event = EVENT.matcher(line);
        if (event.matches()) {
            settle();
            event(event.group(1).length() / INDENT, event.group(2), event.group(3), event.group(4));
            return;
        }
        Matcher block = BLOCK.matcher(line);
        if (block.matches() && !facts.isEmpty()) {
            settle();
            block(block.group(1).length() / INDENT, block);
            return;
        }
        Matcher trace = TRACE.matcher(line);
        if (facts.isEmpty() && trace.matches()) {
            traceId = trace.group(1);
            return;
        }
        detail(line);
    }

    /** A payload of the block above, or more of its summary; anything else is output that nobody needs here. */
    private void detail(String line) {
        Emitter emitter = open;
        Matcher emitted = EMITTED.matcher(line);
        if (emitter != null && emitted.matches()) {
            emitter.payloads.put(Integer.valueOf(emitted.group(1)), emitted.group(2));
        }
    }

    private void block(int depth, Matcher block) throws UnreadableTrace {
        var emitter = new Emitter(block.group(2), block.group(4).equals("ok"), block.group(5));
        leave(depth);
        if (path.size() < depth) {
            throw refusal("The block is printed deeper than any event above it");
        }
        path.add(emitter);
        open = emitter;
    }

    /** Forgets what was printed deeper. */
    private void leave(int depth) {
        while (path.size() > depth) {
            path.remove(path.size() - 1);
        }
    }

    /** A block is complete when the next thing begins. */
    private void settle() {
        Emitter emitter = open;
        if (emitter != null) {
            facts.block(new TraceFacts.Block(emitter.name, emitter.success, emitter.summary, null, null));
            open = null;
        }
    }

    private void event(int depth, String type, String id, String project) throws UnreadableTrace {
        if (facts.isEmpty() != (depth == 0) || depth > path.size()) {
            throw refusal("The event is not printed below what emitted it");
        }
        leave(depth);
        Emitter emitter = depth == 0 ? null : path.get(depth - 1);
        JsonNode payload = emitter == null ? null : payload(emitter);
        if (payload == null
                && emitter != null
                && FoundryBlocks.fate(emitter.success, emitter.summary) == FoundryBlocks.Fate.SIMULATED) {
            payload = JSON.createObjectNode().put("dry_run", true);
        }
        facts.event(new TraceFacts.Event(
                id, type, project, null, facts.isEmpty() ? traceId : null, null, null, payload, false));
    }

    private static @Nullable JsonNode payload(Emitter emitter) {
        String text = emitter.payloads.get(emitter.children++);
        if (text == null) {
            return null;
        }
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    private UnreadableTrace refusal(String what) {
        return UnreadableTrace.unreadableText(what, Math.max(lines.number(), 1));
    }
}
