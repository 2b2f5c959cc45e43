package dev.alloy.bridge;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;

/** Runs the checks of {@code bridge doctor}, reports each, and remembers the first kind of trouble. */
final class Doctor {

    private static final String OTHERWISE =
            "Put the working copy into the state that a run needs, and run 'bridge doctor' again.";

    private static final Map<String, String> REMEDIES = Map.of(
            "project-skipped",
                    "Take 'skip' out of the registry and restart foundryd, or take the project from the runner.",
            "no-clone", "Make a clone there: git clone <repository> <path>.",
            "path-missing", "Make a clone there, or correct the path in Foundry's registry and restart foundryd.",
            "gate-file-unreadable", "Correct " + GateFile.NAME + " and commit it.",
            "gate-file-no-file", "Replace it with a file and commit that.",
            "working-copy-unusable", "Let this user read and write the clone, and see that 'git status' works there.");

    private final PrintWriter out;
    private ExitCode worst = ExitCode.OK;

    Doctor(PrintWriter out) {
        this.out = out;
    }

    /** Something to look at: what is said when it is well. */
    boolean look(String what, Supplier<String> check) {
        try {
            say("ok   ", what, check.get());
            return true;
        } catch (BridgeStopped e) {
            fail(e.exitCode(), what, e.what(), e.remedy());
        } catch (RequestRejected e) {
            fail(
                    ExitCode.SERVER,
                    what,
                    e.message(),
                    e.answer().json().path("remedy").asString("Look at the server's log for this answer."));
        } catch (NoResponse e) {
            fail(ExitCode.SERVER, what, e.message(), "Start Alloy, or name its address with --server.");
        } catch (ExecutionRefused e) {
            fail(ExitCode.WORKING_COPY, what, e.message(), REMEDIES.getOrDefault(e.code(), OTHERWISE));
        }
        return false;
    }

    /** Something that is no failure, but worth knowing. */
    void warn(String what, String seen, String remedy) {
        say("warn ", what, seen);
        out.println("      " + TerminalText.text(remedy));
        out.flush();
    }

    /** Something that was left alone. */
    void pass(String what, String seen) {
        say("--   ", what, seen);
    }

    private void fail(ExitCode kind, String what, String seen, String remedy) {
        say("FAIL ", what, seen);
        if (!remedy.isEmpty()) {
            out.println("      " + TerminalText.text(remedy));
        }
        if (worst == ExitCode.OK) {
            worst = kind;
        }
    }

    private void say(String mark, String what, String seen) {
        out.println(mark + TerminalText.text(what + ": " + seen));
        out.flush();
    }

    ExitCode worst() {
        return worst;
    }
}
