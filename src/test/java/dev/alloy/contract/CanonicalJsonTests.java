package dev.alloy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.JsonNodeFactory;

class CanonicalJsonTests {

    @ParameterizedTest
    @ValueSource(strings = {"arrays", "structures", "values"})
    void reproducesThePublishedVectorsByteForByte(String vector) throws Exception {
        var value = StrictJson.read(resource(vector + ".input.json"));

        assertThat(CanonicalJson.bytes(value)).isEqualTo(resource(vector + ".canonical.json"));
    }

    /** RFC 8785, Appendix B: IEEE 754 bits in hexadecimal and the text they canonicalize to. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    void writesNumbersAsTheRfcTableDoes(String bits, String expected) throws Exception {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

        assertThat(CanonicalJson.text(DoubleNode.valueOf(value))).isEqualTo(expected);
        assertThat(CanonicalJson.text(DoubleNode.valueOf(Double.parseDouble(expected))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesNumbersThatJsonDoesNotHave(double value) {
        assertThatThrownBy(() -> CanonicalJson.text(DoubleNode.valueOf(value))).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1", "-0, 0", "-0.0, 0", "1E2, 100", "9007199254740991, 9007199254740991", "0.1, 0.1"})
    void givesEqualNumbersOneForm(String written, String expected) throws Exception {
        assertThat(canonical(written)).isEqualTo(expected);
    }

    @Test
    void ordersMembersByUtf16CodeUnits() throws Exception {
        String input =
                "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}";

        assertThat(canonical(input))
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    @Test
    void escapesOnlyWhatTheRfcEscapes() throws Exception {
        assertThat(canonical("\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\\\/\\u007f\\u2028\\u00e9\""))
                .isEqualTo("\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u007f\u2028\u00e9\"");
    }

    @Test
    void doesNotDependOnTheDefaultLocale() throws Exception {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(canonical("{\"i\":1234567.5,\"I\":-3}")).isEqualTo("{\"I\":-3,\"i\":1234567.5}");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void refusesWhatIsNotAJsonValue() {
        assertThatThrownBy(() -> CanonicalJson.text(JsonNodeFactory.instance.missingNode()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void digestsTheCanonicalBytes() throws Exception {
        var one = StrictJson.read("{\"b\":1.0,\"a\":[]}".getBytes(StandardCharsets.UTF_8));
        var other = StrictJson.read("{ \"a\": [ ], \"b\": 1 }".getBytes(StandardCharsets.UTF_8));

        assertThat(Digest.of(one))
                .isEqualTo(Digest.of(other))
                .satisfies(digest -> assertThat(Digest.isWellFormed(digest)).isTrue());
        assertThat(Digest.of(new byte[0]))
                .isEqualTo("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
                "sha256:example"
            })
    void knowsWhatIsNotADigest(String text) {
        assertThat(Digest.isWellFormed(text)).isFalse();
    }

    private static String canonical(String json) throws UnreadableJson {
        return CanonicalJson.text(StrictJson.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = CanonicalJsonTests.class.getResourceAsStream("/jcs/" + name)) {
            return in.readAllBytes();
        }
    }
}
