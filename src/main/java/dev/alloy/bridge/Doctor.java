package dev.alloy.bridge;

import java.io.PrintWriter;
import java.util.function.Supplier;

/** Looks at one thing after the other, says what it saw and what to do, and remembers the first kind of trouble. */
final class Doctor {

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
        } catch (Stopped e) {
            fail(e.exitCode(), what, e.what(), e.remedy());
        } catch (Refused e) {
            fail(
                    ExitCode.SERVER,
                    what,
                    e.message(),
                    e.answer().json().path("remedy").asString(""));
        } catch (Unanswered e) {
            fail(ExitCode.SERVER, what, e.message(), "Start Alloy, or name its address with --server.");
        } catch (Refusal e) {
            fail(ExitCode.WORKING_COPY, what, e.message(), "");
        }
        return false;
    }

    private void fail(ExitCode kind, String what, String seen, String remedy) {
        say("FAIL ", what, seen);
        if (!remedy.isEmpty()) {
            out.println("      " + Shown.text(remedy));
        }
        if (worst == ExitCode.OK) {
            worst = kind;
        }
    }

    private void say(String mark, String what, String seen) {
        out.println(mark + Shown.text(what + ": " + seen));
        out.flush();
    }

    ExitCode worst() {
        return worst;
    }
}
