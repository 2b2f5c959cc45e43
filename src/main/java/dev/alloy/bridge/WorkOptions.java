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
                    "Below it are the clones that Foundry works in. A path of the registry that is not below is refused.")
    private Path workdir = Path.of("");

    @Option(
            names = "--state-dir",
            paramLabel = "DIRECTORY",
            description =
                    "For the journal and what is kept, owner-only, outside of every clone (default: .alloy-bridge in --workdir,"
                            + " or beside it where that is a clone itself).")
    private @Nullable Path stateDirectory;

    Path workdir() {
        if (!Files.isDirectory(workdir)) {
            throw new BridgeStopped(
                    ExitCode.WORKING_COPY,
                    workdir + " is no directory.",
                    "Make it, and in it a clone of each repository that Foundry is to work on.");
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
