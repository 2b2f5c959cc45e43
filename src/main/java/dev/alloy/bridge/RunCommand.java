package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Self;
import dev.alloy.bridge.BridgeSettings.Timing;
import dev.alloy.bridge.RunExecution.BridgeContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bridge run}: polls and executes until it is told to stop. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Polls Alloy and executes approved runs, one at a time, until it is stopped.",
            "On SIGTERM it finishes the present run, takes no more and exits. Killed at any point, it continues where it was."
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Mixin
    private FoundryOptions foundry = new FoundryOptions();

    @Option(
            names = "--allow-gate-commands",
            description =
                    "Runs approved gate commands that the repository's own gate file lacks, even for projects that this runner is not trusted with.")
    private boolean allowGateCommands;

    @Option(
            names = "--allow-push",
            description =
                    "Takes runs at full where Foundry's registry says to push. A push triggers CI that watches the remote.")
    private boolean allowPush;

    @Option(names = "--once", description = "Exits after one run.")
    private boolean once;

    @Option(
            names = "--poll-seconds",
            paramLabel = "SECONDS",
            defaultValue = "25",
            description = "How long a poll waits, 0 to 50 (default: ${DEFAULT-VALUE}).")
    private int pollSeconds;

    @Option(
            names = "--drain-seconds",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description =
                    "How long the present run may take after SIGTERM before the bridge exits (default: ${DEFAULT-VALUE}). The next start continues it.")
    private long drainSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (pollSeconds < 0 || pollSeconds > 50) {
            throw new BridgeStopped(ExitCode.USAGE, "A poll waits 0 to 50 seconds.", "Leave --poll-seconds out.");
        }
        WorkOptions.refuseInAClone(server.keyPath(), "The key file");
        Path state = work.stateDirectory();
        boolean inACopy = foundry.mode() != FoundryOptions.Mode.simulated;
        var settings = new BridgeSettings(
                work.workdir(),
                inACopy ? foundry.registry() : null,
                allowGateCommands,
                allowPush,
                pollSeconds,
                Timing.USUAL,
                Clock.systemUTC());
        var stop = new CompletableFuture<Void>();
        try (var end = new GracefulShutdown(
                () -> stop.complete(null), drainSeconds, spec.commandLine().getOut())) {
            work(settings, state, stop);
            end.done();
        }
        return ExitCode.OK.number();
    }

    private void work(BridgeSettings settings, Path state, CompletableFuture<Void> stop) throws IOException {
        AlloyClient client = server.client();
        try (Journal journal = Journal.open(state, CrashPoint.NONE);
                Foundry daemon = foundry.foundry(state, spec.commandLine().getOut())) {
            var report = new Report(journal, spec.commandLine().getOut(), settings.clock());
            if (server.keyFile().isOpenToOthers()) {
                report.say("The key file " + server.keyFile() + " can be read by others: chmod 600 it.");
            }
            server.warning().ifPresent(report::say);
            Self self = client.self();
            client.declare(self);
            var trust = new RunnerPermissions(client, self);
            var preparation = new AttemptPreparation(client, daemon, settings, trust::isTrustedWith);
            var workshop = new BridgeContext(daemon, preparation, settings, CrashPoint.NONE);
            var runner = new RunnerLoop(client, self, journal, workshop, report);
            var reporter = new ManifestReporter(client, self, foundry.manifest(), report);
            report.say("Runner " + self.id() + " of " + self.organization() + ", mode " + daemon.mode() + ", state in "
                    + state);
            stop.thenRun(() -> {
                report.say("Stopping: takes no more runs, and finishes the present one.");
                runner.drain();
            });
            runner.run(once, reporter::report);
        }
    }
}
