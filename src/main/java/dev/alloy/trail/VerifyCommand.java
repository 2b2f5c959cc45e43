package dev.alloy.trail;

import dev.alloy.database.DataHome;
import dev.alloy.signing.PublishedKey;
import dev.alloy.trail.ExportVerifier.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code audit verify}: verifies an export of the audit log without the service and without a network. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Verifies an export of the audit log, offline, and names the first row that is not what was sealed.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything holds",
            "1:something is broken",
            "2:the command or a file cannot be read",
            "3:the export is sound but leaves events out"
        })
public final class VerifyCommand implements Callable<Integer> {

    private static final int BROKEN = 1;
    private static final int UNREADABLE = 2;
    private static final int INCOMPLETE = 3;

    @Parameters(
            paramLabel = "EXPORT",
            description = "What GET /api/audit-events answered with Accept: application/x-ndjson.")
    private Path export = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "The keys to trust, as GET /api/attestation-keys answered; without it those in the export.")
    private @Nullable Path keys;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIRECTORY",
            description =
                    "The directory audit-checkpoints of a replica's data directory, or a copy of it (default: the one in ALLOY_DATA_DIR, if it exists).")
    private @Nullable Path checkpoints;

    @Option(
            names = "--filtered",
            description =
                    "The export was made with filters, or by a token of some projects, so events may be missing. No signature says that an export is complete.")
    private boolean filtered;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in what was said on the command line. */
    public VerifyCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Path named = checkpoints;
        if (named != null && KeptCheckpoints.organizations(named).isEmpty()) {
            err.println("There are no checkpoints in " + named + ".");
            err.println(
                    "Name the directory audit-checkpoints of a replica's data directory, or leave --checkpoints out.");
            return UNREADABLE;
        }
        Path kept = named == null ? keptByDefault() : named;
        try (BufferedReader lines = Files.newBufferedReader(export)) {
            Outcome outcome = new ExportVerifier(trusted(), kept).verify(lines);
            tell(outcome, kept, out);
            if (outcome.broken() != null) {
                return BROKEN;
            }
            return outcome.filtered() && !filtered ? INCOMPLETE : 0;
        } catch (IOException | JacksonException | IllegalArgumentException | IllegalStateException e) {
            err.println("Cannot verify " + export + ": " + e);
            return UNREADABLE;
        }
    }

    private static @Nullable Path keptByDefault() {
        Path directory = KeptCheckpoints.in(DataHome.at(System.getenv().getOrDefault("ALLOY_DATA_DIR", "")));
        return Files.isDirectory(directory) ? directory : null;
    }

    private @Nullable List<PublishedKey> trusted() throws IOException {
        return keys == null
                ? null
                : ExportVerifier.keys(
                        JsonMapper.shared().readTree(Files.readString(keys)).path("items"));
    }

    private void tell(Outcome outcome, @Nullable Path kept, PrintWriter out) {
        if (outcome.broken() == null) {
            out.printf(
                    "valid: %d sealed events in %d batches%s%s%n",
                    outcome.events(),
                    outcome.checkpoints(),
                    outcome.omitted() == 0 ? "" : ", of which the export leaves out " + outcome.omitted(),
                    outcome.unsealed() == 0 ? "" : "; " + outcome.unsealed() + " more that are not sealed yet");
        } else {
            out.printf(
                    "BROKEN at %s (line %d): %s%n",
                    outcome.broken().eventId() == null
                            ? "no nameable row"
                            : "row " + outcome.broken().eventId(),
                    outcome.line(),
                    outcome.broken().because());
            out.printf("%d events in %d batches before it hold.%n", outcome.events(), outcome.checkpoints());
        }
        out.printf(
                "Keys relied on%s: %s%n",
                keys == null ? " (they came with the export; compare them with those you know)" : "",
                String.join(", ", outcome.keyIds()));
        out.printf(
                "Checkpoints compared with: %s%n",
                kept == null
                        ? "none; rows cut off behind the last checkpoint of the export would not be noticed"
                        : kept);
        out.flush();
    }
}
