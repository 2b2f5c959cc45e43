package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages render and lead on: tables have as many cells in each row, links have a target. */
class DocumentationTests {

    private static final Pattern HEADING = Pattern.compile("#+ (.*)");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    @Test
    void everyTableHasAHeadAndAsManyCellsInEachRow() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            broken.addAll(brokenRows(page.toString(), prose(Files.readString(page))));
        }
        assertThat(broken).isEmpty();
        List<String> planted =
                List.of("| a | b |", "| --- | --- |", "| 1 | 2 | 3 |", "| `x \\| y` | 2 |", "", "| 3 | 4 |", "text");
        assertThat(brokenRows("planted", planted)).containsExactly("planted: | 1 | 2 | 3 |", "planted: | 3 | 4 |");
    }

    @Test
    void everyLinkWithinTheProjectHasATarget() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(prose(Files.readString(page)))) {
                if (!leadsSomewhere(page, link)) {
                    dead.add(page + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
        Path page = Path.of("docs/README.md");
        assertThat(leadsSomewhere(page, "no-such-page.md")).isFalse();
        assertThat(leadsSomewhere(page, "operations.md#no-such-heading")).isFalse();
        assertThat(leadsSomewhere(page, "operations.md#health")).isTrue();
    }

    /** Tables and links do not wrap; pages that are drawn from the code wrap where the code does. */
    @Test
    void proseWrapsAt120() throws IOException {
        List<String> wide = new ArrayList<>();
        for (Path page : pages()) {
            prose(Files.readString(page)).stream()
                    .filter(DocumentationTests::isTooWide)
                    .map(line -> page + ": " + line)
                    .forEach(wide::add);
        }
        assertThat(wide).isEmpty();
        assertThat(isTooWide("word ".repeat(25))).isTrue();
        assertThat(isTooWide("| " + "cell ".repeat(40) + "|")).isFalse();
        assertThat(isTooWide("[text](" + "long/".repeat(30) + ")")).isFalse();
    }

    private static boolean isTooWide(String line) {
        return line.length() > 120
                && !line.startsWith("|")
                && !line.startsWith("#")
                && line.strip().contains(" ");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path root : List.of(Path.of("docs"), Path.of("src/clients"), Path.of("src/bench"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        try (Stream<Path> files = Files.list(Path.of(""))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(40);
        return pages;
    }

    /** The lines outside of code blocks. */
    private static List<String> prose(String text) {
        List<String> prose = new ArrayList<>();
        boolean code = false;
        for (String line : text.lines().toList()) {
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code) {
                prose.add(line);
            }
        }
        return prose;
    }

    private static List<String> brokenRows(String page, List<String> lines) {
        List<String> broken = new ArrayList<>();
        int head = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean headless = head == 0
                    && line.startsWith("|")
                    && (i + 1 == lines.size() || !lines.get(i + 1).startsWith("| ---"));
            int cells = line.startsWith("|") ? line.replace("\\|", "").split("\\|", -1).length : 0;
            if (headless || head > 0 && cells > 0 && cells != head) {
                broken.add(page + ": " + line);
            }
            head = head > 0 && cells > 0 ? head : cells;
        }
        return broken;
    }

    private static List<String> links(List<String> lines) {
        return lines.stream()
                .flatMap(line -> LINK.matcher(line).results())
                .map(found -> found.group(1))
                .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
                .toList();
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        int cut = link.indexOf('#');
        String file = cut < 0 ? link : link.substring(0, cut);
        Path folder = page.getParent() == null ? Path.of("") : page.getParent();
        Path target = file.isEmpty() ? page : folder.resolve(file).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return cut < 0
                || !target.toString().endsWith(".md")
                || anchors(prose(Files.readString(target))).contains(link.substring(cut + 1));
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(List<String> lines) {
        return lines.stream()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .map(DocumentationTests::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "")
                .replace(' ', '-');
    }
}
