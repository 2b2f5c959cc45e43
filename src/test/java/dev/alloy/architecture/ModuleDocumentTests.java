package dev.alloy.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;

/** The picture of the modules is drawn from the code, so that it cannot age. */
class ModuleDocumentTests {

    private static final Path DOCUMENT = Path.of("docs/modules.md");
    private static final String REWRITE = "alloy.docs.write";
    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);

    private static final Map<ApplicationModule, SortedSet<ApplicationModule>> USED = new HashMap<>();

    @Test
    void theDocumentShowsTheModulesOfTheCode() throws IOException {
        String drawn = draw();
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(DOCUMENT, drawn);
        }
        assertThat(Files.readString(DOCUMENT))
                .as(
                        "%s is not what the code is; run ./mvnw -Dtest=ModuleDocumentTests -D%s=true test and commit it",
                        DOCUMENT, REWRITE)
                .isEqualTo(drawn);
    }

    private static String draw() {
        List<ApplicationModule> modules = Modules.OURS.stream().sorted().toList();
        return """
                # Modules

                Drawn from the code by `ModuleDocumentTests`; don't edit. An arrow means “uses”. Where a module is also reached
                by a longer way, its arrow is left out; the table has all of them.

                ```mermaid
                flowchart TD
                %s
                ```

                | module | what it is | uses |
                | --- | --- | --- |
                %s
                """.formatted(
                        modules.stream().map(ModuleDocumentTests::arrows).collect(Collectors.joining("\n")),
                        modules.stream().map(ModuleDocumentTests::row).collect(Collectors.joining("\n")));
    }

    private static String arrows(ApplicationModule module) {
        SortedSet<ApplicationModule> near = used(module);
        SortedSet<ApplicationModule> drawn = new TreeSet<>(near);
        near.forEach(one -> drawn.removeAll(reached(one)));
        String name = nameOf(module);
        return drawn.isEmpty()
                ? "    " + name
                : drawn.stream()
                        .map(one -> "    " + name + " --> " + nameOf(one))
                        .collect(Collectors.joining("\n"));
    }

    private static String row(ApplicationModule module) {
        String uses = used(module).stream().map(ModuleDocumentTests::nameOf).collect(Collectors.joining(", "));
        return "| `%s` | %s | %s |".formatted(nameOf(module), purpose(module), uses.isEmpty() ? "–" : uses);
    }

    /** Found out once for each module: it looks at all of its classes. */
    private static SortedSet<ApplicationModule> used(ApplicationModule module) {
        return USED.computeIfAbsent(module, one -> one.getDirectDependencies(Modules.OURS)
                .uniqueModules()
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Everything that a module uses, directly or through others. */
    private static SortedSet<ApplicationModule> reached(ApplicationModule module) {
        SortedSet<ApplicationModule> all = new TreeSet<>(used(module));
        used(module).forEach(one -> all.addAll(reached(one)));
        return all;
    }

    private static String nameOf(ApplicationModule module) {
        return module.getIdentifier().toString();
    }

    /** What the module's package-info says. */
    private static String purpose(ApplicationModule module) {
        Path source =
                Path.of("src/main/java", module.getBasePackage().getName().replace('.', '/'), "package-info.java");
        try {
            var javadoc = JAVADOC.matcher(Files.readString(source));
            return javadoc.find()
                    ? javadoc.group(1)
                            .replaceAll("(?m)^\\s*\\*", "")
                            .replaceAll("\\{@code\\s+([^}]*)}", "`$1`")
                            .replaceAll("\\s+", " ")
                            .replaceAll(" Source: .*", "")
                            .strip()
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
