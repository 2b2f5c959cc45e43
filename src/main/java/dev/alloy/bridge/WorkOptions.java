package dev.alloy.bridge;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the bridge works and keeps what it must not forget. */
final class WorkOptions {

    @Option(
            names = "--workdir",
            paramLabel = "DIRECTORY",
            required = true,
            description =
                    "The directory that holds the clones Foundry works in. Registry paths outside it are refused.")
    private Path workdir = Path.of("");

    @Option(
            names = "--state-dir",
            paramLabel = "DIRECTORY",
            description =
                    "The directory for the journal and unsent reports, readable by its owner only and outside of every clone (default: .alloy-bridge in --workdir, or beside it if that is a clone itself).")
    private @Nullable Path stateDirectory;

    Path workdir() {
        if (!Files.isDirectory(workdir)) {
            throw new BridgeStopped(
                    ExitCode.WORKING_COPY,
                    workdir + " is no directory.",
                    "Create it, and clone each repository that Foundry works on into it.");
        }
        return workdir.toAbsolutePath().normalize();
    }

    Path stateDirectory() {
        Path chosen = stateDirectory == null
                ? usual(workdir())
                : stateDirectory.toAbsolutePath().normalize();
        refuseInAClone(chosen, "The state directory");
        return chosen;
    }

    private static Path usual(Path workdir) {
        boolean clone = Files.exists(workdir.resolve(".git"));
        Path parent = workdir.getParent();
        return clone && parent != null
                ? parent.resolve(".alloy-bridge-" + workdir.getFileName())
                : workdir.resolve(".alloy-bridge");
    }

    /** What an agent may change or a gate may print must not hold a key or a lease. */
    static void refuseInAClone(Path file, String what) {
        for (Path up = file; up != null; up = up.getParent()) {
            if (Files.exists(up.resolve(".git"))) {
                throw new BridgeStopped(
                        ExitCode.FILES,
                        what + " " + file + " is inside the working copy " + up + ", within reach of agents and gates.",
                        "Put it elsewhere.");
            }
        }
    }
}
