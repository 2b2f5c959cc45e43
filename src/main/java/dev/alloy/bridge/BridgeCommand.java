package dev.alloy.bridge;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code java -jar alloy.jar bridge …}: the reference runner. */
@Command(
        name = "bridge",
        mixinStandardHelpOptions = true,
        subcommands = {RunCommand.class, RegisterCommand.class, ManifestCommand.class, DoctorCommand.class},
        description = "Drives a Foundry for Alloy.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a defect of the bridge",
            "2:the command line cannot be understood",
            "3:Alloy cannot be reached at the address",
            "4:the key or token is not accepted",
            "5:Foundry is missing, or not set up correctly",
            "6:the working copy is not in the required state",
            "7:a file of the bridge's own cannot be used"
        })
public final class BridgeCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli. */
    public BridgeCommand() {}

    /** Runs the command line behind {@code bridge}; returns the exit code. */
    public static int run(String... arguments) {
        return line().execute(arguments);
    }

    static CommandLine line() {
        return new CommandLine(new BridgeCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> tell(failure, line));
    }

    private static int tell(Exception failure, CommandLine line) {
        if (failure instanceof BridgeStopped stopped) {
            line.getErr().println(TerminalText.text(stopped.what()));
            line.getErr().println(TerminalText.text(stopped.remedy()));
            return stopped.exitCode().number();
        }
        if (failure instanceof NoResponse unanswered) {
            line.getErr().println(TerminalText.text("The server cannot be reached: " + unanswered.message()));
            line.getErr().println("Start Alloy, or name its address with --server.");
            return ExitCode.SERVER.number();
        }
        if (failure instanceof RequestRejected refused) {
            line.getErr().println(TerminalText.text(refused.message()));
            String remedy = refused.answer().json().path("remedy").asString("");
            line.getErr()
                    .println(TerminalText.text(
                            remedy.isEmpty() ? "See the server's documentation of this answer." : remedy));
            return isAboutTheKey(refused) ? ExitCode.KEY.number() : ExitCode.SERVER.number();
        }
        line.getErr().println("The bridge has a defect: " + failure);
        failure.printStackTrace(line.getErr());
        return ExitCode.INTERNAL.number();
    }

    private static boolean isAboutTheKey(RequestRejected refused) {
        String problem = refused.answer().json().path("type").asString("");
        return refused.answer().status() == 403 || problem.endsWith("/registration-token-used");
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
