package dev.alloy.contract.foundry;

import dev.alloy.contract.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks the ids of Foundry's events: {@code evt_} and the first 24 hexadecimal digits of the SHA-256 over type, project, time with
 * {@code +00:00}, and the compact payload with sorted keys. The id covers neither throttle nor trace id. Source: foundry.md, “Files”.
 */
public final class EventIds {

    private static final int DIGITS = 24;
    private static final int BUFFER = 64 * 1024;

    /** A payload that was written by others, in another order or with other escapes, is put into Foundry's form up to this size. */
    private static final int REWRITTEN = 1 << 20;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EventIds() {}

    /**
     * Where the bytes of a payload are.
     *
     * @param file what they are in
     * @param start offset of the first
     * @param end offset behind the last
     */
    record Range(TraceBytes file, long start, long end) {

        long size() {
            return end - start;
        }

        byte[] bytes() throws IOException {
            return file.read(start, (int) size());
        }

        @Nullable
        JsonNode tree() throws IOException {
            try {
                return JSON.readTree(bytes());
            } catch (JacksonException e) {
                return null;
            }
        }
    }

    /**
     * Whether the id is that of the content; null where it is not, and the payload is too large, or has fractions in
     * it, so it may have been written by others in another way than Foundry's.
     */
    static @Nullable Boolean verify(String id, String type, String project, String occurredAt, Range payload)
            throws IOException {
        byte[] head = (type + project + withOffset(occurredAt)).getBytes(StandardCharsets.UTF_8);
        if (id.equals(asWritten(head, payload))) {
            return true;
        }
        if (payload.size() > REWRITTEN) {
            return null;
        }
        JsonNode tree = payload.tree();
        if (tree != null && id.equals(id(head, compact(tree)))) {
            return true;
        }
        return tree == null || hasFractions(tree) ? null : Boolean.FALSE;
    }

    /**
     * The id of an event with this content.
     *
     * @param occurredAt RFC 3339, as in Foundry's files
     */
    public static String of(String type, String project, String occurredAt, JsonNode payload) {
        return id((type + project + withOffset(occurredAt)).getBytes(StandardCharsets.UTF_8), compact(payload));
    }

    /** Whether a number is in it that others may have written in another way than Foundry would. */
    private static boolean hasFractions(JsonNode value) {
        return value.isNumber() && !value.isIntegralNumber()
                || value.valueStream().anyMatch(EventIds::hasFractions);
    }

    private static String withOffset(String occurredAt) {
        return occurredAt.endsWith("Z") ? occurredAt.substring(0, occurredAt.length() - 1) + "+00:00" : occurredAt;
    }

    /** Foundry writes its files in the order and with the numbers and escapes that it hashes; only white space is more. */
    private static String asWritten(byte[] head, Range payload) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(head);
        var compact = new Compact(sha256);
        for (long at = payload.start(); at < payload.end(); at += BUFFER) {
            byte[] part = payload.file().read(at, (int) Math.min(payload.end() - at, BUFFER));
            compact.update(part, part.length);
        }
        return id(sha256.digest());
    }

    private static String id(byte[] head, String compact) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(head);
        return id(sha256.digest(compact.getBytes(StandardCharsets.UTF_8)));
    }

    private static String id(byte[] hash) {
        return "evt_" + HexFormat.of().formatHex(hash).substring(0, DIGITS);
    }

    /** Feeds a digest with JSON text without the white space between its tokens. */
    private static final class Compact {

        private final MessageDigest sha256;
        private boolean inString;
        private boolean escaped;

        Compact(MessageDigest sha256) {
            this.sha256 = sha256;
        }

        void update(byte[] bytes, int count) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                byte one = bytes[i];
                if (inString || !isSpace(one)) {
                    bytes[kept++] = one;
                }
                follow(one);
            }
            sha256.update(bytes, 0, kept);
        }

        private void follow(byte one) {
            if (!inString) {
                inString = one == '"';
            } else if (escaped) {
                escaped = false;
            } else if (one == '\\') {
                escaped = true;
            } else if (one == '"') {
                inString = false;
            }
        }

        private static boolean isSpace(byte one) {
            return one == ' ' || one == '\n' || one == '\r' || one == '\t';
        }
    }

    /** The value as Foundry writes it on one line, keys in the order of their UTF-8 bytes; numbers as they are read. */
    public static String compact(JsonNode value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(JsonNode value, StringBuilder out) {
        if (value.isObject()) {
            out.append('{');
            List<Map.Entry<String, JsonNode>> members = value.properties().stream()
                    .sorted(Comparator.comparing(Map.Entry::getKey, EventIds::byCodePoints))
                    .toList();
            for (int i = 0; i < members.size(); i++) {
                out.append(i == 0 ? "" : ",");
                quote(members.get(i).getKey(), out);
                out.append(':');
                write(members.get(i).getValue(), out);
            }
            out.append('}');
        } else if (value.isArray()) {
            out.append('[');
            for (int i = 0; i < value.size(); i++) {
                out.append(i == 0 ? "" : ",");
                write(value.get(i), out);
            }
            out.append(']');
        } else if (value.isString()) {
            quote(value.stringValue(), out);
        } else {
            out.append(value);
        }
    }

    /** The order of UTF-8 bytes is that of code points, which is not that of Java's {@code char}s. */
    private static int byCodePoints(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        return Arrays.compare(left, right);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
