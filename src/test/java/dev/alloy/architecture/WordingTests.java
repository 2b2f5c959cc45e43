package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts for people are plain: phrases that are never right stand in none of them. */
class WordingTests {

    /** Phrase → why it is never right, and what to write instead. */
    private static final Map<String, String> NEVER_RIGHT = new TreeMap<>(Map.ofEntries(
            Map.entry("whoever", "name the role: caller, runner, reviewer, operator, reader"),
            Map.entry("somebody|anybody|everybody", "name the role; 'a person' where it can be any"),
            Map.entry("nobody", "name who did not act, or say that it did not happen"),
            Map.entry(",? so that", "'so' for a consequence, 'to' for a purpose"),
            Map.entry("anew", "'again'"),
            Map.entry("any more", "'no longer'"),
            Map.entry("counts? no more", "'is no longer valid'"),
            Map.entry("call(?:s|ed|ing)? off|call(?:s|ed|ing)? it off", "'cancel': one word for one act"),
            Map.entry("mend(?:s|ed|ing)?", "'fix'"),
            Map.entry("in vain", "say what failed"),
            Map.entry("(?:is|are) to be", "'must be' or 'will be'"),
            Map.entry("as it has to be|as they have to be", "say which state is required"),
            Map.entry("than may|as may", "'too many', or the number"),
            Map.entry("at this very", "'at this'"),
            Map.entry("(?:id|throttle|revision) (?:is|that is) none", "'is not valid'"),
            Map.entry("something else than", "'a … other than'"),
            Map.entry("take(?:s|n)? (?:it |them )?away", "'remove'"),
            Map.entry("see to (?:it|that)", "'make sure', or the act itself"),
            Map.entry("puts? other words", "'edit'")));

    private static final Pattern HABITS =
            Pattern.compile("(?i)(?<![\\w`-])(?:" + String.join("|", NEVER_RIGHT.keySet()) + ")(?![\\w`-])");

    /** Strings and comments; possessive, since sources are long. */
    private static final Pattern TOKEN = Pattern.compile(
            "\"\"\"(?:\\\\.|(?!\"\"\").)*+\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\\n])++'"
                    + "|/\\*(?:(?!\\*/).)*+\\*/|//[^\\n]*+",
            Pattern.DOTALL);

    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern SQL = Pattern.compile(
            "(?i)\"*\\s*,?\\s*(?:select|with [a-z_]+ as|insert into|update|delete from|and|exists)\\b.*",
            Pattern.DOTALL);

    @Test
    void textsOfTheProgramArePlain() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files(Path.of("src/main/java"), ".java"::equals)) {
            // What the compiler writes is digested: other words would make other briefs of the same intents.
            if (file.startsWith("src/main/java/dev/alloy/compiler")) {
                continue;
            }
            strings(Files.readString(file)).forEach(text -> habitsOf(file, text).forEach(found::add));
        }
        for (Path file : files(Path.of("src/main/jte"), ".jte"::equals)) {
            habitsOf(file, Files.readString(file).replaceAll("(?s)<%--.*?--%>", ""))
                    .forEach(found::add);
        }
        for (String folder : List.of("help", "openapi", "schemas")) {
            for (Path file : files(Path.of("src/main/resources", folder), List.of(".json", ".txt", ".md")::contains)) {
                habitsOf(file, Files.readString(file)).forEach(found::add);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void pagesArePlain() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> pages = new ArrayList<>(files(Path.of("docs"), ".md"::equals));
        // Records of decisions stay as they were written.
        pages.removeIf(page -> page.startsWith("docs/adr"));
        pages.addAll(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md")));
        for (Path page : pages) {
            habitsOf(page, Files.readString(page)).forEach(found::add);
        }
        assertThat(found).isEmpty();
    }

    @Test
    void findsEveryHabitAndNothingElse() {
        Path planted = Path.of("Planted.java");
        assertThat(
                        strings(
                                "throw refuse(\"Ask whoever \" // somebody\n + \"made it.\"); /* nobody */ log(\"select anew\");"))
                .containsExactly("Ask whoever ", "made it.");
        assertThat(strings("say(\"It counts \"\n        + \"no more.\")")).containsExactly("It counts no more.");
        assertThat(habitsOf(planted, "Its approval\ncounts no  more.")).hasSize(1);
        for (String plain : List.of("recommended", "`so that`", "renewed", "A reviewer decides.", "It was called.")) {
            assertThat(habitsOf(planted, plain)).as(plain).isEmpty();
        }
        for (String bad :
                List.of("Whoever asks", "Nobody saw it", "done, so that it ends", "mend it", "calls it off")) {
            assertThat(habitsOf(planted, bad))
                    .as(bad)
                    .singleElement()
                    .asString()
                    .contains("Planted.java", " → ");
        }
    }

    private static List<String> habitsOf(Path file, String text) {
        String line = text.replaceAll("\\s+", " ");
        return HABITS.matcher(line)
                .results()
                .map(hit -> file + ": …" + around(line, hit) + "… → " + reason(hit.group()))
                .toList();
    }

    private static String around(String line, MatchResult hit) {
        return line.substring(Math.max(0, hit.start() - 40), Math.min(line.length(), hit.end() + 40));
    }

    private static String reason(String phrase) {
        Optional<String> reason = NEVER_RIGHT.entrySet().stream()
                .filter(habit -> phrase.matches("(?i)" + habit.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        return reason.orElseThrow();
    }

    /** The strings of a source but for SQL; those that are added up without anything between count as one. */
    private static List<String> strings(String source) {
        return TOKEN.matcher(JOINT.matcher(source).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .filter(token -> token.startsWith("\"")
                        && token.contains(" ")
                        && !SQL.matcher(token).matches())
                .map(token -> token.replaceAll("^\"+|\"+$", ""))
                .toList();
    }

    private static List<Path> files(Path root, Predicate<String> ending) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> found =
                    files.filter(file -> ending.test(ending(file))).sorted().toList();
            assertThat(found).as("files under %s", root).isNotEmpty();
            return found;
        }
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
    }
}
