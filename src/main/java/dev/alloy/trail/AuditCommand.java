package dev.alloy.trail;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code java -jar alloy.jar audit …}: what auditors do without the service. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        subcommands = VerifyCommand.class,
        description = "Works on exports of the audit log.")
public final class AuditCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli. */
    public AuditCommand() {}

    /** Runs the command line behind {@code audit}; returns the exit code. */
    public static int run(String... arguments) {
        return new CommandLine(new AuditCommand()).execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
