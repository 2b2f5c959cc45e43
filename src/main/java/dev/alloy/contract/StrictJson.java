package dev.alloy.contract;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads I-JSON (RFC 7493) and nothing else, so every value has exactly one canonical form and one digest.
 *
 * <p>Refused beside syntax errors: duplicate member names (also when escaped), lone surrogates and U+0000 in strings or
 * names, integers beyond ±(2^53−1) however they are written short of an exponent in their canonical form, numbers that
 * overflow a double, bytes that are not UTF-8, more than {@value #MAX_DEPTH} levels. Source: domain.md, “Digests”.
 */
public final class StrictJson {

    /** The deepest nesting accepted. */
    public static final int MAX_DEPTH = 64;

    /** The longest string accepted, in UTF-16 units. */
    public static final int MAX_STRING_LENGTH = 1 << 20;

    /** The most brackets, names and values accepted: every one of them may be a mistake that has to be told. */
    public static final int MAX_TOKENS = 50_000;

    static final long MAX_INTEGER = (1L << 53) - 1;

    /** From here on the canonical form has an exponent (RFC 8785 takes this from ECMAScript). */
    private static final double FIRST_WITH_EXPONENT = 1e21;

    private static final BigInteger LARGEST = BigInteger.valueOf(MAX_INTEGER);

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING_LENGTH)
                            .maxNameLength(1_000)
                            .maxNumberLength(400)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private StrictJson() {}

    /**
     * Reads one JSON value.
     *
     * @param bytes UTF-8 without a byte order mark
     * @return the value; never a missing node
     * @throws UnreadableJson when the bytes are anything else
     */
    public static JsonNode read(byte[] bytes) throws UnreadableJson {
        JsonNode value = parse(decode(bytes));
        check(value, "");
        return value;
    }

    private static String decode(byte[] bytes) throws UnreadableJson {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableJson(UnreadableJson.Cause.NOT_INTEROPERABLE, "", "The body is not valid UTF-8.");
        }
    }

    private static JsonNode parse(String text) throws UnreadableJson {
        if (text.isBlank()) {
            throw new UnreadableJson(
                    UnreadableJson.Cause.MALFORMED, "", "The body is empty; a JSON object is expected.");
        }
        try {
            return MAPPER.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new UnreadableJson(
                    UnreadableJson.Cause.LIMIT_EXCEEDED,
                    "",
                    "The JSON is nested too deeply, or has too long or too many strings, names or numbers" + at(e)
                            + ".");
        } catch (JacksonException e) {
            boolean duplicate =
                    e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate");
            throw duplicate
                    ? new UnreadableJson(
                            UnreadableJson.Cause.NOT_INTEROPERABLE,
                            "",
                            "An object has the same member twice" + at(e) + ".")
                    : new UnreadableJson(
                            UnreadableJson.Cause.MALFORMED,
                            "",
                            "The body is not one well-formed JSON value" + at(e) + ".");
        }
    }

    private static String at(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static void check(JsonNode value, String pointer) throws UnreadableJson {
        switch (value.getNodeType()) {
            case OBJECT -> {
                for (var member : value.properties()) {
                    String at = pointer + "/" + Finding.escape(Finding.shown(member.getKey()));
                    checkText(member.getKey(), at);
                    check(member.getValue(), at);
                }
            }
            case ARRAY -> {
                for (int i = 0; i < value.size(); i++) {
                    check(value.get(i), pointer + "/" + i);
                }
            }
            case STRING -> checkText(value.stringValue(), pointer);
            case NUMBER -> checkNumber(value, pointer);
            default -> {}
        }
    }

    private static void checkText(String text, String pointer) throws UnreadableJson {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new UnreadableJson(
                        UnreadableJson.Cause.NOT_INTEROPERABLE, pointer, "U+0000 is not allowed in a string.");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new UnreadableJson(
                        UnreadableJson.Cause.NOT_INTEROPERABLE, pointer, "A string holds half of a surrogate pair.");
            }
        }
    }

    /**
     * Between 2^53 and 10^21 the canonical form of a double is an integer, which would be refused when it is read again: what
     * is accepted must stay readable.
     */
    private static boolean isInteroperable(double magnitude) {
        return magnitude <= MAX_INTEGER || magnitude >= FIRST_WITH_EXPONENT && Double.isFinite(magnitude);
    }

    private static void checkNumber(JsonNode number, String pointer) throws UnreadableJson {
        boolean fits = number.isIntegralNumber()
                ? number.bigIntegerValue().abs().compareTo(LARGEST) <= 0
                : isInteroperable(Math.abs(number.doubleValue()));
        if (!fits) {
            throw new UnreadableJson(
                    UnreadableJson.Cause.NOT_INTEROPERABLE,
                    pointer,
                    "The number is outside what every JSON reader can hold (integers up to 2^53-1, finite doubles).");
        }
    }
}
