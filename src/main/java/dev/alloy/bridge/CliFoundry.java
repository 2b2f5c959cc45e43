package dev.alloy.bridge;

import dev.alloy.contract.foundry.CliTextReader;
import dev.alloy.contract.foundry.UnreadableTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Foundry by its command, where only that is there. The command takes no trace id, so a run that was lost sight of can
 * be found in the log of events only; and it takes any throttle it does not know for full. Its verbs other than these
 * always run at full, or hang.
 */
final class CliFoundry implements Foundry {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern EMITTED = Pattern.compile("(?m)^Event emitted: (evt_[0-9a-f]{24})\\s*$");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String command;
    private final String address;
    private final FoundryFiles files;
    private final Path directory;

    /**
     * @param command the program
     * @param address host and port of the daemon behind it
     * @param directory for the text of traces
     */
    CliFoundry(String command, String address, FoundryFiles files, Path directory) {
        this.command = command;
        this.address = address;
        this.files = files;
        this.directory = directory;
    }

    @Override
    public String mode() {
        return "cli";
    }

    @Override
    public boolean worksInACopy() {
        return true;
    }

    private ExternalCommand.Ended run(String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(command, "--addr", "http://" + address));
        all.addAll(Arrays.asList(words));
        return ExternalCommand.run(null, Map.of(), PATIENCE, all);
    }

    @Override
    public void requireReachable() {
        try {
            ExternalCommand.Ended ended = run("status");
            if (!ended.isGood()) {
                throw unreachable(ended.complaint());
            }
        } catch (IOException e) {
            throw unreachable(String.valueOf(e.getMessage()));
        }
    }

    private BridgeStopped unreachable(String why) {
        return new BridgeStopped(
                ExitCode.FOUNDRY,
                "'" + command + " status' does not work: " + why,
                "Start foundryd, and name the program with --foundry-command.");
    }

    @Override
    public boolean isBusyWith(String project) {
        try {
            ExternalCommand.Ended ended = run("status");
            if (!ended.isGood()) {
                throw unreachable(ended.complaint());
            }
            return ended.out()
                    .lines()
                    .anyMatch(line -> line.contains("] " + project + " ") || line.contains("] system "));
        } catch (IOException e) {
            throw unreachable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String emit(EmitCommand emission) throws NotEmitted, EmitUnclear {
        try {
            // The throttle is one of three names here, never text from outside.
            ExternalCommand.Ended ended = run(
                    "emit",
                    emission.entryEvent(),
                    "--project=" + emission.project(),
                    "--throttle=" + emission.throttle().wire(),
                    "--payload=" + emission.payload());
            Matcher emitted = EMITTED.matcher(ended.out());
            if (emitted.find()) {
                return emitted.group(1);
            }
            if (ended.complaint().contains("InvalidArgument") || ended.err().contains("invalid payload")) {
                throw new NotEmitted(ended.complaint(), true);
            }
            throw new EmitUnclear(ended.complaint());
        } catch (IOException e) {
            throw new EmitUnclear(e.getMessage());
        }
    }

    /** Nobody else has the clone, so an equal event that is not older is this one. */
    @Override
    public Optional<String> find(EmitCommand emission) {
        return files.root(
                event -> event.path("event_type").asString("").equals(emission.entryEvent())
                        && event.path("project").asString("").equals(emission.project())
                        && event.path("throttle")
                                .asString("")
                                .equals(emission.throttle().wire())
                        && event.path("payload").equals(read(emission.payload())),
                emission.since());
    }

    private static @Nullable JsonNode read(String payload) {
        try {
            return JSON.readTree(payload);
        } catch (JacksonException e) {
            return null;
        }
    }

    @Override
    public Standing standing(EmitCommand emission, String rootEvent) {
        try {
            ExternalCommand.Ended status = run("status", rootEvent);
            if (!status.isGood()) {
                return files.trace(rootEvent).isPresent() ? Standing.ENDED : Standing.UNREACHABLE;
            }
            if (status.out().contains(rootEvent)) {
                return Standing.RUNNING;
            }
            ExternalCommand.Ended trace = run("trace", rootEvent);
            return trace.isGood() && !trace.out().startsWith("No trace found") ? Standing.ENDED : Standing.NOWHERE;
        } catch (IOException e) {
            return Standing.UNREACHABLE;
        }
    }

    @Override
    public FoundryOutcome outcome(EmitCommand emission, String rootEvent) {
        Optional<Path> file = files.trace(rootEvent);
        try {
            if (file.isPresent()) {
                return FoundryOutcome.of(
                        rootEvent, FoundryFiles.summary(file.get()), file.get(), FoundryOutcome.PROCESS_RESULT);
            }
            String text = run("trace", rootEvent, "--verbose").out();
            Path kept = directory.resolve(emission.request().id() + ".trace.txt");
            Files.writeString(kept, text);
            return FoundryOutcome.of(
                    rootEvent, CliTextReader.read(new Printed(text)).summary(), kept, FoundryOutcome.CLI_TEXT);
        } catch (IOException | UnreadableTrace e) {
            return FoundryOutcome.unread(rootEvent, String.valueOf(e.getMessage()));
        }
    }

    /** The command's watch says nothing by which events could be told apart from those of others. */
    @Override
    public AutoCloseable watch(EmitCommand emission, Consumer<Progress.Seen> listener) {
        return () -> {};
    }

    @Override
    public void close() {
        // Nothing is held open between two commands.
    }

    private static final class Printed implements CliTextReader.Lines {

        private final Iterator<String> lines;
        private int number;

        Printed(String text) {
            this.lines = text.lines().iterator();
        }

        @Override
        public @Nullable String next() {
            if (!lines.hasNext()) {
                return null;
            }
            number++;
            return lines.next();
        }

        @Override
        public int number() {
            return number;
        }
    }
}
