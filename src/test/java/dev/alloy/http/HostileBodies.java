package dev.alloy.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Bodies that are not one I-JSON object in UTF-8, by what is wrong with them. */
final class HostileBodies {

    private HostileBodies() {}

    /** Bodies to be refused with {@code malformed-json}. */
    static Map<String, byte[]> unreadable() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("empty", "");
        texts.put("blank", " \n\t ");
        texts.put("null", "null");
        texts.put("an array", "[]");
        texts.put("an object in an array", "[{}]");
        texts.put("a number", "1");
        texts.put("a string", "\"{}\"");
        texts.put("true", "true");
        texts.put("a truncated object", "{\"name\":");
        texts.put("a truncated string", "{\"name\":\"A");
        texts.put("trailing junk", "{} x");
        texts.put("two documents", "{}{}");
        texts.put("a duplicate member", "{\"name\":\"A\",\"name\":\"B\"}");
        texts.put("an escaped duplicate", "{\"name\":\"A\",\"n\\u0061me\":\"B\"}");
        texts.put("a duplicate far inside", "{\"x\":[{\"y\":{\"name\":1,\"name\":1}}]}");
        texts.put("NaN", "{\"x\":NaN}");
        texts.put("Infinity", "{\"x\":-Infinity}");
        texts.put("1e400", "{\"x\":1e400}");
        texts.put("2^53", "{\"x\":9007199254740992}");
        texts.put("-2^53", "{\"x\":-9007199254740992}");
        texts.put("a lone high surrogate", "{\"x\":\"\\ud800\"}");
        texts.put("a lone low surrogate in a name", "{\"\\udc00\":1}");
        texts.put("an escaped U+0000", "{\"x\":\"a\\u0000b\"}");
        texts.put("U+0000 in a name", "{\"a\\u0000b\":1}");
        texts.put("a raw U+0000", "{\"x\":\"a\0b\"}");
        texts.put("a raw line feed in a string", "{\"x\":\"a\nb\"}");
        texts.put("a comment", "{/* nothing */}");
        texts.put("single quotes", "{'name':'A'}");
        texts.put("a bare name", "{name:1}");
        texts.put("a trailing comma", "{\"x\":1,}");
        texts.put("a leading zero", "{\"x\":01}");
        texts.put("a byte order mark", "\ufeff{}");
        texts.forEach((name, text) -> bodies.put(name, text.getBytes(StandardCharsets.UTF_8)));
        bodies.put("invalid UTF-8", new byte[] {'{', '"', 'x', '"', ':', '"', (byte) 0xC3, '(', '"', '}'});
        bodies.put("overlong UTF-8", new byte[] {'{', '"', 'x', '"', ':', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'});
        bodies.put("a surrogate in UTF-8", new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
        bodies.put("UTF-16 big-endian", "\ufeff{}".getBytes(StandardCharsets.UTF_16BE));
        bodies.put("UTF-16 little-endian", "{\"name\":\"A\"}".getBytes(StandardCharsets.UTF_16LE));
        return bodies;
    }

    /** Bodies to be refused with {@code json-limit-exceeded}. */
    static Map<String, byte[]> beyondLimits() {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        bodies.put("a depth bomb of lists", ascii("{\"x\":" + "[".repeat(100_000)));
        bodies.put("a depth bomb of objects", ascii("{\"x\":".repeat(100_000)));
        bodies.put("65 levels", ascii("{\"x\":" + "[".repeat(65) + "]".repeat(65) + "}"));
        bodies.put("a long name", ascii("{\"" + "x".repeat(60_000) + "\":1}"));
        bodies.put("a token bomb", ascii("{\"x\":[" + "0,".repeat(60_000) + "0]}"));
        bodies.put("a bomb of empty objects", ascii("{\"x\":[" + "{},".repeat(60_000) + "0]}"));
        bodies.put("a long number", ascii("{\"x\":" + "1".repeat(5_000) + "}"));
        return bodies;
    }

    /** A readable body of this many bytes. */
    static byte[] ofSize(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) ' ');
        body[0] = '{';
        body[bytes - 1] = '}';
        return body;
    }

    static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
