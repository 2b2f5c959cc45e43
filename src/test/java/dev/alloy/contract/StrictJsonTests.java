package dev.alloy.contract;

import static dev.alloy.contract.UnreadableJson.Cause.LIMIT_EXCEEDED;
import static dev.alloy.contract.UnreadableJson.Cause.MALFORMED;
import static dev.alloy.contract.UnreadableJson.Cause.NOT_INTEROPERABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTests {

    static Stream<Arguments> hostile() {
        return Stream.of(
                hostile("empty", "", MALFORMED, ""),
                hostile("white space only", " \n\t", MALFORMED, ""),
                hostile("truncated object", "{\"a\":", MALFORMED, ""),
                hostile("truncated string", "{\"a\":\"b", MALFORMED, ""),
                hostile("trailing junk", "{\"a\":1}x", MALFORMED, ""),
                hostile("two values", "{} {}", MALFORMED, ""),
                hostile("trailing comma in a list", "[1,]", MALFORMED, ""),
                hostile("trailing comma in an object", "{\"a\":1,}", MALFORMED, ""),
                hostile("comment", "/* c */ {}", MALFORMED, ""),
                hostile("single quotes", "{'a':1}", MALFORMED, ""),
                hostile("unquoted name", "{a:1}", MALFORMED, ""),
                hostile("missing colon", "{\"a\" 1}", MALFORMED, ""),
                hostile("NaN", "{\"a\":NaN}", MALFORMED, ""),
                hostile("Infinity", "{\"a\":-Infinity}", MALFORMED, ""),
                hostile("leading zero", "{\"a\":01}", MALFORMED, ""),
                hostile("leading plus", "{\"a\":+1}", MALFORMED, ""),
                hostile("no digit before the point", "{\"a\":.5}", MALFORMED, ""),
                hostile("no digit after the point", "{\"a\":1.}", MALFORMED, ""),
                hostile("hexadecimal number", "{\"a\":0x1}", MALFORMED, ""),
                hostile("raw line break in a string", "{\"a\":\"b\nc\"}", MALFORMED, ""),
                hostile("raw U+0000 in a string", "{\"a\":\"b\u0000c\"}", MALFORMED, ""),
                hostile("unknown escape", "{\"a\":\"\\x\"}", MALFORMED, ""),
                hostile("half a unicode escape", "{\"a\":\"\\u12\"}", MALFORMED, ""),
                hostile("misspelt literal", "{\"a\":nul}", MALFORMED, ""),
                hostile("byte order mark", "\uFEFF{}", MALFORMED, ""),
                hostile("no-break space around the value", "\u00a0{}", MALFORMED, ""),
                hostile("duplicate member", "{\"a\":1,\"a\":1}", NOT_INTEROPERABLE, ""),
                hostile("duplicate member, escaped", "{\"a\":1,\"\\u0061\":2}", NOT_INTEROPERABLE, ""),
                hostile("duplicate member, deep", "[{\"b\":{\"a\":1,\"a\":2}}]", NOT_INTEROPERABLE, ""),
                hostile("2^53", "{\"a\":9007199254740992}", NOT_INTEROPERABLE, "/a"),
                hostile("-2^53", "{\"a\":-9007199254740992}", NOT_INTEROPERABLE, "/a"),
                hostile("2^63", "[0,9223372036854775808]", NOT_INTEROPERABLE, "/1"),
                hostile("integer of 300 digits", "[" + "9".repeat(300) + "]", NOT_INTEROPERABLE, "/0"),
                hostile("2^53 as a fraction", "{\"a\":9007199254740992.0}", NOT_INTEROPERABLE, "/a"),
                hostile("an integer by its exponent", "{\"a\":-1e20}", NOT_INTEROPERABLE, "/a"),
                hostile("1e400", "{\"a\":1e400}", NOT_INTEROPERABLE, "/a"),
                hostile("-1e400", "{\"a\":[-1e400]}", NOT_INTEROPERABLE, "/a/0"),
                hostile("enormous exponent", "{\"a\":1e999999999999}", NOT_INTEROPERABLE, "/a"),
                hostile("lone high surrogate", "{\"a\":\"\\ud800\"}", NOT_INTEROPERABLE, "/a"),
                hostile("lone low surrogate", "{\"a\":\"x\\udc00y\"}", NOT_INTEROPERABLE, "/a"),
                hostile("surrogates in the wrong order", "{\"a\":\"\\udc00\\ud800\"}", NOT_INTEROPERABLE, "/a"),
                hostile("lone surrogate in a name", "{\"\\ud800\":1}", NOT_INTEROPERABLE, "/?"),
                hostile("escaped U+0000", "{\"a\":\"\\u0000\"}", NOT_INTEROPERABLE, "/a"),
                hostile("U+0000 in a name", "{\"x\\u0000~/\":1}", NOT_INTEROPERABLE, "/x?~0~1"),
                hostile("overlong UTF-8", bytes('"', 0xC0, 0xAF, '"'), NOT_INTEROPERABLE, ""),
                hostile("surrogate in UTF-8", bytes('"', 0xED, 0xA0, 0x80, '"'), NOT_INTEROPERABLE, ""),
                hostile("beyond U+10FFFF", bytes('"', 0xF4, 0x90, 0x80, 0x80, '"'), NOT_INTEROPERABLE, ""),
                hostile("cut UTF-8 sequence", bytes('"', 0xE2, 0x82), NOT_INTEROPERABLE, ""),
                hostile("ISO-8859-1", "\"\u00e9\"".getBytes(StandardCharsets.ISO_8859_1), NOT_INTEROPERABLE, ""),
                hostile("UTF-16 with a mark", "{}".getBytes(StandardCharsets.UTF_16), NOT_INTEROPERABLE, ""),
                hostile("UTF-16 without a mark", "{}".getBytes(StandardCharsets.UTF_16LE), MALFORMED, ""),
                hostile("UTF-32", bytes(0, 0, 0, '{', 0, 0, 0, '}'), MALFORMED, ""),
                hostile("depth bomb of lists", "[".repeat(100_000), LIMIT_EXCEEDED, ""),
                hostile("depth bomb of objects", "{\"a\":".repeat(100_000), LIMIT_EXCEEDED, ""),
                hostile("one level too deep", nested(StrictJson.MAX_DEPTH + 1), LIMIT_EXCEEDED, ""),
                hostile("integer of 1000 digits", "1".repeat(1_000), LIMIT_EXCEEDED, ""),
                hostile("fraction of 100,000 digits", "0." + "1".repeat(100_000), LIMIT_EXCEEDED, ""),
                hostile(
                        "string too long",
                        "\"" + "x".repeat(StrictJson.MAX_STRING_LENGTH + 1) + "\"",
                        LIMIT_EXCEEDED,
                        ""),
                hostile("name too long", "{\"" + "x".repeat(100_000) + "\":1}", LIMIT_EXCEEDED, ""));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesHostileInput(byte[] body, UnreadableJson.Cause cause, String pointer) {
        var refusal = catchThrowableOfType(UnreadableJson.class, () -> StrictJson.read(body));

        assertThat(refusal).isNotNull();
        assertThat(refusal.why()).isEqualTo(cause);
        assertThat(refusal.pointer()).isEqualTo(pointer);
        assertThat(refusal.getMessage()).hasSizeLessThan(200).endsWith(".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "\"\"",
                "[]",
                "{}",
                " {\"a\":null}\n",
                "9007199254740991",
                "-9007199254740991",
                "1E30",
                "1e-400",
                "1.7976931348623157e308",
                "\"\\ud83d\\ude00\"",
                "{\"\":1}"
            })
    void readsEveryInteroperableValue(String json) throws Exception {
        assertThat(StrictJson.read(json.getBytes(StandardCharsets.UTF_8))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e21", "-1E300", "9007199254740991.0", "1e15", "-0.0", "5e-324"})
    void readsTheCanonicalFormOfEveryNumberItAccepts(String number) throws Exception {
        String canonical = CanonicalJson.text(StrictJson.read(number.getBytes(StandardCharsets.UTF_8)));

        assertThat(CanonicalJson.text(StrictJson.read(canonical.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(canonical);
    }

    @Test
    void readsTheDeepestNestingAllowed() throws Exception {
        assertThat(StrictJson.read(nested(StrictJson.MAX_DEPTH).getBytes(StandardCharsets.UTF_8)))
                .isNotNull();
    }

    @Test
    void neverEchoesALongMemberName() {
        String json = "{\"" + "n".repeat(900) + "\":9007199254740992}";

        var refusal = catchThrowableOfType(
                UnreadableJson.class, () -> StrictJson.read(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(refusal.pointer()).isEqualTo("/" + "n".repeat(100));
    }

    private static Arguments hostile(String name, String body, UnreadableJson.Cause cause, String pointer) {
        return hostile(name, body.getBytes(StandardCharsets.UTF_8), cause, pointer);
    }

    private static Arguments hostile(String name, byte[] body, UnreadableJson.Cause cause, String pointer) {
        return argumentSet(name, body, cause, pointer);
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
