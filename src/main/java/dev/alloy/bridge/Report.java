package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;

/** Reports what happens: to the server until it has answered, and to the terminal. */
final class Report {

    private static final int TRACE_TRIES = 3;

    private final Journal journal;
    private final PrintWriter out;
    private final Clock clock;

    Report(Journal journal, PrintWriter out, Clock clock) {
        this.journal = journal;
        this.out = out;
        this.clock = clock;
    }

    /** A line about an attempt. */
    void say(JournaledAttempt attempt, String what) {
        say(attempt.id() + ": " + what);
    }

    /** A line. */
    void say(String what) {
        out.println(clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + TerminalText.text(what));
        out.flush();
    }

    /** Keeps something for later, or for people. */
    Path keep(JournaledAttempt attempt, String name, JsonNode content) {
        Path file = journal.kept().resolve(attempt.id() + "." + name);
        try {
            DurableFiles.replace(file, content.toString().getBytes(StandardCharsets.UTF_8));
            return file;
        } catch (IOException e) {
            throw new BridgeStopped(
                    ExitCode.FILES,
                    file + " cannot be written: " + e,
                    "Name a directory with free space with --state-dir.");
        }
    }

    /**
     * Sends trace and result until they are answered, the same bytes each time, and forgets the attempt then, unless
     * its working copy is still to be left.
     */
    void send(JournaledAttempt attempt, RunHandle run) {
        boolean traced =
                attempt.trace().map(file -> isTraceSent(attempt, run, file)).orElse(true);
        try {
            JsonNode answer = run.report(attempt.call(), attempt.result(), Patience.ENDLESS);
            say(attempt, "reported; recorded as " + answer.path("status").asString("?"));
        } catch (RequestRejected e) {
            say(attempt, "the server rejected the result: " + e.message());
            keepRefused(attempt);
        }
        if (!traced) {
            attempt.trace().ifPresent(file -> isTraceSent(attempt, run, file));
        }
        if (attempt.isTouched()) {
            attempt.reach(AttemptStage.LEFT);
        } else {
            attempt.close();
        }
        attempt.trace().filter(file -> file.startsWith(journal.kept())).ifPresent(this::discard);
    }

    /** A trace that does not get through is no reason to keep the result back. */
    private boolean isTraceSent(JournaledAttempt attempt, RunHandle run, Path file) {
        try {
            run.trace(file, attempt.traceFormat(), Patience.of(TRACE_TRIES));
            return true;
        } catch (RequestRejected | NoResponse | BridgeStopped e) {
            say(attempt, "the server rejected the trace: " + e.getMessage());
            return false;
        }
    }

    private void keepRefused(JournaledAttempt attempt) {
        try {
            DurableFiles.replace(journal.kept().resolve(attempt.id() + ".refused.json"), attempt.result());
        } catch (IOException e) {
            say(attempt, "it could not be stored either: " + e);
        }
    }

    private void discard(Path file) {
        try {
            DurableFiles.delete(file);
        } catch (IOException e) {
            say(file + " could not be removed: " + e);
        }
    }
}
