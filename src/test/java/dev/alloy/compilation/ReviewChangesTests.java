package dev.alloy.compilation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.compiler.BriefChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a reviewer is shown of many changes. */
class ReviewChangesTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The areas take turns; places that one does not need are for the others. */
    @ParameterizedTest
    @CsvSource({
        "30, 0, 0, 20, 20, 0, 0",
        "30, 1, 1, 20, 18, 1, 1",
        "30, 30, 1, 20, 10, 9, 1",
        "30, 30, 30, 4, 2, 1, 1",
        "1, 1, 1, 20, 1, 1, 1",
        "0, 0, 0, 20, 0, 0, 0",
    })
    void everyAreaHasItsPlaces(
            int gates, int prompts, int intents, int most, int shownGates, int shownPrompts, int shownIntents) {
        List<BriefChange> changes = new ArrayList<>();
        add(changes, intents, "threats_to_watch");
        add(changes, gates, "gates");
        add(changes, prompts, "prompts");
        List<ReviewSubject.Change> all = ReviewChanges.inWords(changes);

        Map<String, Long> shown = ReviewChanges.choose(all, most).stream()
                .collect(Collectors.groupingBy(ReviewSubject.Change::about, Collectors.counting()));

        assertThat(shown.getOrDefault("gates", 0L)).isEqualTo(shownGates);
        assertThat(shown.getOrDefault("prompts", 0L)).isEqualTo(shownPrompts);
        assertThat(shown.getOrDefault("intent", 0L)).isEqualTo(shownIntents);
        assertThat(ReviewChanges.counts(all).getOrDefault("gates", 0)).isEqualTo(gates);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'required':true,'mode':'required_for_mutation'} | | true",
                "{'required':false,'mode':'advisory'} | | true",
                "{'required':true,'mode':'advisory'} | {'required':false,'mode':'advisory'} | true",
                "{'required':true,'mode':'required_for_mutation'} | {'required':true,'mode':'advisory'} | true",
                "{'required':true,'mode':'required_for_mutation','command':'a'} | {'required':true,'mode':'required_for_mutation','command':'b'} | false",
                "| {'required':false,'mode':'advisory'} | false",
                "['a','b'] | ['b','a'] | false",
            })
    void saysWhatWeakensAGate(@Nullable String before, @Nullable String after, boolean weakens) {
        var change = new BriefChange("gates", "tests", "changed", read(before), read(after));

        assertThat(ReviewChanges.inWords(List.of(change)).get(0).weakens()).isEqualTo(weakens);
    }

    @Test
    void whatWeakensAGateIsTheFirst() {
        JsonNode required = read("{'required':true}");
        List<ReviewSubject.Change> changes = ReviewChanges.inWords(List.of(
                new BriefChange("mission.objective", "mission.objective", "changed", required, required),
                new BriefChange("gates", "new", "added", null, required),
                new BriefChange("gates", "gone", "removed", required, null),
                new BriefChange("compiler_version", "compiler_version", "changed", required, required)));

        assertThat(changes)
                .extracting(ReviewSubject.Change::sentence)
                .satisfiesExactly(
                        first -> assertThat(first).contains("gone"),
                        second -> assertThat(second).contains("new"),
                        third -> assertThat(third).startsWith("mission.objective"));
    }

    private static @Nullable JsonNode read(@Nullable String text) {
        return text == null ? null : JSON.readTree(text.replace('\'', '"'));
    }

    private static void add(List<BriefChange> changes, int count, String area) {
        for (int i = 0; i < count; i++) {
            changes.add(new BriefChange(area, area + i, "added", null, JSON.readTree("{}")));
        }
    }
}
