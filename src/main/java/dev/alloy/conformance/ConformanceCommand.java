package dev.alloy.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code java -jar alloy.jar conformance … -- <runner command…>}: tells whether a runner keeps the runner protocol. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description = {
            "Tells whether a runner keeps the runner protocol.",
            "Plays Alloy and Foundry for it, once for each scenario, and says what it does that the protocol does not allow.",
            "The runner's words may hold {server} {key-file} {workdir} {state} {foundry} {registry} {traces} {events}. It finds the same"
                    + " in ALLOY_SERVER, ALLOY_KEY_FILE, ALLOY_WORKDIR, ALLOY_STATE_DIR, FOUNDRY_ADDRESS, FOUNDRY_REGISTRY_PATH,"
                    + " FOUNDRY_TRACES_DIR and FOUNDRY_EVENTS_DIR."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all passed", "1:something failed", "2:the scenarios or the runner cannot be started"})
public final class ConformanceCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int CANNOT_RUN = 2;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Play these scenarios only.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--list", description = "List the scenarios, and play none.")
    private boolean list;

    @Option(
            names = "--keep",
            paramLabel = "DIRECTORY",
            description =
                    "Leave what each scenario had there: the runner's log and state, the repository, Foundry's files.")
    private @Nullable Path keep;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "6",
            description = "Scenarios at once (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for what has to come (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Parameters(paramLabel = "COMMAND", description = "The runner: a program and its arguments, behind --.")
    private List<String> command = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in what was said on the command line. */
    public ConformanceCommand() {}

    /** Runs the command line behind {@code conformance}; returns the exit code. */
    public static int run(String... arguments) {
        return new CommandLine(new ConformanceCommand()).execute(arguments);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (list) {
            Conformance.scenarios().forEach((name, story) -> out.printf("%-22s %s%n", name, story));
            out.flush();
            return 0;
        }
        List<String> names =
                only.isEmpty() ? List.copyOf(Conformance.scenarios().keySet()) : only;
        List<String> unknown = names.stream()
                .filter(name -> !Conformance.scenarios().containsKey(name))
                .toList();
        if (patience < 1 || parallel < 1) {
            err.println("--patience and --parallel are at least 1.");
            return CANNOT_RUN;
        }
        if (command.isEmpty() || !unknown.isEmpty()) {
            err.println(
                    command.isEmpty()
                            ? "Name the runner's command behind --."
                            : "There is no scenario " + String.join(", ", unknown) + "; see --list.");
            return CANNOT_RUN;
        }
        try {
            List<Verdict> verdicts = Conformance.of(command)
                    .parallel(parallel)
                    .patience(Duration.ofSeconds(patience))
                    .keep(keep)
                    .play(names, verdict -> tell(verdict, out));
            long passed = verdicts.stream().filter(Verdict::passed).count();
            out.printf("%d of %d scenarios passed%n", passed, verdicts.size());
            tellOfPatience(verdicts, out);
            out.flush();
            return passed == verdicts.size() ? 0 : FAILED;
        } catch (IOException | IllegalStateException e) {
            err.println("Cannot judge the runner: " + e.getMessage());
            return CANNOT_RUN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CANNOT_RUN;
        }
    }

    /** A slow machine looks like a runner that does not do what it should. */
    private void tellOfPatience(List<Verdict> verdicts, PrintWriter out) {
        long waited = verdicts.stream()
                .filter(verdict -> !verdict.passed() && verdict.seconds() >= patience)
                .filter(verdict -> verdict.complaints().stream()
                        .noneMatch(complaint -> complaint.seen().endsWith(ScenarioWorld.EXITED)))
                .count();
        if (waited > 0) {
            out.printf(
                    "%d of the failed scenarios waited %d seconds for something that did not come."
                            + " On a slow or busy machine, wait longer: --patience %d%n",
                    waited, patience, 4 * patience);
        }
    }

    private static void tell(Verdict verdict, PrintWriter out) {
        out.printf(
                "%s %-22s %.1fs%s%n",
                verdict.passed() ? "PASS" : "FAIL",
                verdict.scenario(),
                verdict.seconds(),
                verdict.passed() ? "" : "  " + verdict.complaints().get(0));
        verdict.complaints().stream().skip(1).forEach(complaint -> out.println("     " + complaint));
        if (!verdict.passed()) {
            verdict.lastWords().forEach(line -> out.println("     runner: " + line));
        }
        out.flush();
    }
}
