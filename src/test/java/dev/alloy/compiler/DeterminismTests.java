package dev.alloy.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class DeterminismTests {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void givesTheSameBytesForEveryMemberOrder(long seed) {
        CompilerInput input =
                Inputs.workedExample().manifest(Inputs.manifestOf(false)).input();
        Random random = new Random(seed);
        CompilerInput shuffled = new CompilerInput(
                (ObjectNode) shuffle(input.sourceIntent(), random),
                (ObjectNode) shuffle(input.manifest(), random),
                input.projectId(),
                input.connection(),
                input.repo());

        assertThat(bytes(Compiler.compile(shuffled))).isEqualTo(bytes(Compiler.compile(input)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai"})
    void givesTheSameBytesInEveryLocaleAndTimeZone(String tag) {
        List<String> here = bytes(Inputs.workedExample().compile());
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            assertThat(bytes(Inputs.workedExample().compile())).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void changesNeitherIntentNorManifest() {
        CompilerInput input =
                Inputs.workedExample().manifest(Inputs.manifestOf(false)).input();
        ObjectNode intent = input.sourceIntent().deepCopy();
        ObjectNode manifest = input.manifest().deepCopy();
        Compilation compilation = Compiler.compile(input);
        compilation.payload().put("changed", true);
        compilation.brief().tree().put("changed", true);

        assertThat(input.sourceIntent()).isEqualTo(intent);
        assertThat(input.manifest()).isEqualTo(manifest);
        assertThat(compilation.brief().tree().has("changed")).isFalse();
    }

    @Test
    void holdsNoIdTimeOrOwnDigest() {
        Compilation compilation = Inputs.workedExample().compile();
        Pattern foreign = Pattern.compile(
                "(brief|prompt_pack|gate_overlay|evidence|inst|runreq)_[0-9A-HJKMNP-TV-Z]{8}|\\d{4}-\\d\\d-\\d\\dT");

        assertThat(bytes(compilation)).allSatisfy(text -> assertThat(text).doesNotContainPattern(foreign));
        assertThat(new String(compilation.brief().bytes(), UTF_8))
                .doesNotContain(compilation.brief().digest());
    }

    @Test
    void givesAnotherDigestForAnotherIntent() {
        Compilation one = Inputs.workedExample().compile();
        Compilation other = Inputs.workedExample()
                .intent("/mission/objective", "\"Something else.\"")
                .compile();

        assertThat(other.brief().digest()).isNotEqualTo(one.brief().digest());
        assertThat(other.promptPack().digest()).isNotEqualTo(one.promptPack().digest());
        assertThat(other.manifestDigest()).isEqualTo(one.manifestDigest());
    }

    private static List<String> bytes(Compilation compilation) {
        List<String> all = new ArrayList<>();
        all.add(new String(compilation.brief().bytes(), UTF_8));
        all.add(new String(compilation.promptPack().bytes(), UTF_8));
        compilation
                .overlays()
                .forEach(overlay -> all.add(new String(overlay.document().bytes(), UTF_8)));
        compilation.report().forEach(row -> all.add(row.toJson().toString()));
        return all;
    }

    private static JsonNode shuffle(JsonNode value, Random random) {
        if (value instanceof ObjectNode object) {
            List<String> names = new ArrayList<>(object.propertyNames());
            Collections.shuffle(names, random);
            ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
            names.forEach(name -> shuffled.set(name, shuffle(object.get(name), random)));
            return shuffled;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> copy.add(shuffle(item, random)));
            return copy;
        }
        return value;
    }
}
