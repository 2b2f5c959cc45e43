package dev.alloy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every pattern of a schema is said in words: a regular expression explains nothing to whoever broke it. */
class PatternSentencesTests {

    @Test
    void everyPatternHasASentence() throws IOException {
        var patterns = new TreeSet<String>();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/schemas"))) {
            for (Path file : files.toList()) {
                collect(JsonMapper.shared().readTree(Files.readString(file)), patterns);
            }
        }

        assertThat(patterns).hasSizeGreaterThan(15).allSatisfy(pattern -> assertThat(
                        FindingSentences.patternSentence(pattern))
                .doesNotContain("^", "\\")
                .doesNotContain("/schemas"));
    }

    private static void collect(JsonNode node, TreeSet<String> patterns) {
        if (node.isObject() && node.path("pattern").isString()) {
            patterns.add(node.path("pattern").asString());
        }
        node.forEach(child -> collect(child, patterns));
    }
}
