package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.bridge.BridgeCommand;
import dev.alloy.conformance.ConformanceCommand;
import dev.alloy.trail.AuditCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What the jar answers without starting anything. */
class CommandLineHelpTests {

    private static final Path FILES = Path.of("src/main/resources/help");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private OptionalInt answer(String... arguments) {
        return new CommandLineHelp(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .answer(arguments);
    }

    private static Map<String, CommandLine> commands() {
        Map<String, CommandLine> commands = new TreeMap<>();
        for (CommandLine line : new CommandLine[] {
            new CommandLine(new AuditCommand()),
            new CommandLine(new BridgeCommand()),
            new CommandLine(new ConformanceCommand())
        }) {
            commands.put(line.getCommandName(), line);
            line.getSubcommands().forEach((name, below) -> commands.put(line.getCommandName() + "-" + name, below));
        }
        return commands;
    }

    @Test
    void everyCommandHasItsHelpInAFile() throws Exception {
        for (var command : commands().entrySet()) {
            String drawn = command.getValue().getUsageMessage(Ansi.OFF);
            Path file = FILES.resolve(command.getKey() + ".txt");
            if (Boolean.getBoolean("alloy.docs.write")) {
                Files.writeString(file, drawn);
            }
            assertThat(file).as("draw it with -Dalloy.docs.write=true").exists();
            assertThat(Files.readString(file))
                    .as(file + " is out of date: -Dalloy.docs.write=true draws it")
                    .isEqualTo(drawn);
        }
        try (var files = Files.list(FILES)) {
            assertThat(files).hasSize(commands().size() + 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--help, Usage: java -jar alloy.jar",
        "-h, Usage: java -jar alloy.jar",
        "help, Usage: java -jar alloy.jar",
        "--server.port=8081 --help, Usage: java -jar alloy.jar",
        "bridge --help, Usage: bridge",
        "bridge -h, Usage: bridge",
        "help bridge run, Usage: bridge run",
        "bridge run --help, Usage: bridge run",
        "bridge run --mode manual --help, Usage: bridge run",
        "bridge register --help, Usage: bridge register",
        "bridge manifest --help, Usage: bridge manifest",
        "bridge doctor --help, Usage: bridge doctor",
        "audit --help, Usage: audit",
        "audit verify --help, Usage: audit verify",
        "audit verify export.jsonl --help, Usage: audit verify",
        "conformance --help, Usage: conformance"
    })
    void helpIsAnswered(String words, String usage) {
        assertThat(answer(words.split(" "))).hasValue(0);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith(usage);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void theHelpOfTheJarNamesEveryCommandAsItDescribesItself() {
        assertThat(answer("--help")).hasValue(0);
        Map<String, CommandLine> commands = commands();
        commands.keySet().removeIf(name -> name.contains("-"));
        assertThat(commands.keySet()).containsExactlyElementsOf(CommandLineHelp.COMMANDS);
        commands.forEach((name, command) -> assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(name
                        + " ".repeat(13 - name.length())
                        + command.getCommandSpec().usageMessage().description()[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "bridge --version", "audit verify -V"})
    void theVersionIsAnswered(String words) {
        assertThat(answer(words.split(" "))).hasValue(0);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .matches("Alloy \\S.*, Java " + System.getProperty("java.version") + "\\R");
    }

    @ParameterizedTest
    @CsvSource({
        "brigde, command 'brigde'. Did you mean bridge?",
        "Bridge run, command 'Bridge'. Did you mean bridge?",
        "audti verify --help, command 'audti'. Did you mean audit?",
        "conformence, command 'conformence'. Did you mean conformance?",
        "help brigde, command 'brigde'. Did you mean bridge?",
        "serve, command 'serve'.",
        "--hlep, option '--hlep'. Did you mean --help?",
        "--versoin, option '--versoin'. Did you mean --version?",
        "-x, option '-x'.",
        "--server.port=0 brigde, command 'brigde'. Did you mean bridge?"
    })
    void aTypoIsAnsweredAndStartsNothing(String words, String said) {
        assertThat(answer(words.split(" "))).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Alloy has no " + said, "Nothing was started.");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--server.port=0",
                "--alloy.demo=false --debug",
                "bridge run --mode simulated",
                "audit verify export.jsonl",
                "conformance --only wrong-key -- runner --help"
            })
    void whatIsToBeStartedIsStarted(String words) {
        assertThat(answer(words.split(" "))).isEmpty();
    }

    @Test
    void noArgumentsStartTheService() {
        assertThat(answer()).isEmpty();
    }

    @Test
    void aHostileWordIsNotEchoedAsItIs() {
        assertThat(answer("\u001b[31mbridge\n")).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("'?[31mbridge?'");
    }
}
