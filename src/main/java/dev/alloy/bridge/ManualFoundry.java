package dev.alloy.bridge;

import dev.alloy.contract.StrictJson;
import dev.alloy.contract.UnreadableJson;
import dev.alloy.contract.foundry.UnreadableTrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets a person act in Foundry's place. It writes instructions into a directory, keeps the lease, and waits for the
 * person's answer there.
 */
final class ManualFoundry implements Foundry {

    private static final String WORD = "word.json";
    private static final Set<String> STATUSES = Set.of("completed", "completed_with_findings", "failed", "cancelled");
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9._:-]{1,200}");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final PrintWriter out;
    private String complaint = "";

    /**
     * @param directory where each run gets one of its own
     * @param out where the operator is told what to do
     */
    ManualFoundry(Path directory, PrintWriter out) {
        this.directory = directory;
        this.out = out;
    }

    @Override
    public String mode() {
        return "manual";
    }

    @Override
    public boolean worksInACopy() {
        return true;
    }

    @Override
    public void requireReachable() {
        // A person is asked when there is something to do.
    }

    @Override
    public boolean isBusyWith(String project) {
        return false;
    }

    private Path of(EmitCommand emission) {
        return directory.resolve(emission.request().id());
    }

    @Override
    public String emit(EmitCommand emission) throws NotEmitted {
        Path home = of(emission);
        try {
            DurableFiles.directory(home);
            String request = JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(emission.request().document());
            DurableFiles.replace(home.resolve("execution-request.json"), request.getBytes(StandardCharsets.UTF_8));
            DurableFiles.replace(
                    home.resolve("README.txt"), instructions(emission).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new NotEmitted("The instructions cannot be written to " + home + ": " + e, true);
        }
        out.println("A person is needed for " + emission.request().id() + ": see " + home.resolve("README.txt"));
        out.flush();
        return "manual-" + emission.traceId();
    }

    private String instructions(EmitCommand emission) {
        return """
                This run waits for a person.

                Working copy   %s
                Project        %s
                Entry event    %s
                Throttle       %s   (never leave it out: Foundry then takes full)
                Trace id       %s   (a trace is believed only when its events carry this)
                Payload        member foundry.payload of execution-request.json

                The copy is checked out and holds the files of the brief; do not clean it. Do the work once, then write %s here:

                  {"status": "completed", "foundry_run_id": "evt_…", "trace": "trace.json", "notes": "…"}

                status is completed, completed_with_findings, failed or cancelled. The rest may be left out; trace is the name of a file in
                this directory, the one that Foundry wrote. Write the file under another name first and rename it.
                """.formatted(
                        emission.workingCopy(),
                        emission.project(),
                        emission.entryEvent(),
                        emission.throttle().wire(),
                        emission.traceId(),
                        WORD);
    }

    /** The person may have begun as soon as the instructions are there. */
    @Override
    public Optional<String> find(EmitCommand emission) {
        return Files.exists(of(emission).resolve("README.txt"))
                ? Optional.of("manual-" + emission.traceId())
                : Optional.empty();
    }

    @Override
    public Standing standing(EmitCommand emission, String rootEvent) {
        return word(emission) == null ? Standing.RUNNING : Standing.ENDED;
    }

    private @Nullable JsonNode word(EmitCommand emission) {
        Path file = of(emission).resolve(WORD);
        if (Files.notExists(file)) {
            return null;
        }
        try {
            JsonNode word = StrictJson.read(Files.readAllBytes(file));
            String wrong = wrong(word, emission);
            if (wrong.isEmpty()) {
                return word;
            }
            complain(file + ": " + wrong);
        } catch (IOException | UnreadableJson e) {
            complain(file + ": " + e.getMessage());
        }
        return null;
    }

    private String wrong(JsonNode word, EmitCommand emission) {
        if (!STATUSES.contains(word.path("status").asString(""))) {
            return "status must be one of " + String.join(", ", new TreeSet<>(STATUSES)) + ".";
        }
        if (word.has("foundry_run_id")
                && !RUN_ID.matcher(word.path("foundry_run_id").asString("")).matches()) {
            return "foundry_run_id must be an event id.";
        }
        return word.has("trace") && trace(word, emission) == null
                ? "trace must name a file in this directory that is Foundry's."
                : "";
    }

    private @Nullable Path trace(JsonNode word, EmitCommand emission) {
        String name = word.path("trace").asString("");
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            return null;
        }
        Path file = of(emission).resolve(name);
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                FoundryFiles.summary(file);
                return file;
            }
            return null;
        } catch (IOException | UnreadableTrace e) {
            return null;
        }
    }

    private void complain(String what) {
        if (!what.equals(complaint)) {
            out.println(TerminalText.text(what));
            out.flush();
            complaint = what;
        }
    }

    @Override
    public FoundryOutcome outcome(EmitCommand emission, String rootEvent) {
        JsonNode word = word(emission);
        if (word == null) {
            return FoundryOutcome.unread(rootEvent, "The operator's answer was withdrawn.");
        }
        String id = word.path("foundry_run_id").asStringOpt().orElse(rootEvent);
        Path trace = word.has("trace") ? trace(word, emission) : null;
        try {
            ObjectNode summary = trace == null ? null : FoundryFiles.summary(trace);
            return new FoundryOutcome(id, summary, null, trace, FoundryOutcome.PROCESS_RESULT, word);
        } catch (IOException | UnreadableTrace e) {
            return FoundryOutcome.told(id, word);
        }
    }

    @Override
    public AutoCloseable watch(EmitCommand emission, Consumer<Progress.Seen> listener) {
        return () -> {};
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
