package dev.alloy.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server process that {@code postmaster.pid} speaks of. The file outlives its server in a crash, and its process id may
 * then belong to anybody; nothing is signalled before it has proved to be a postgres working in this very directory.
 */
final class Postmaster {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path cluster;

    /** @param cluster the real path of the PostgreSQL data directory */
    Postmaster(Path cluster) {
        this.cluster = cluster;
    }

    /**
     * Leaves the directory free for a new server: lets a tool that makes or starts one come to its end, stops a server that
     * lives on after its owner was killed, waits for processes it has left behind, and removes a stale {@code
     * postmaster.pid}.
     *
     * @throws DatabaseNotUsable when a process of this directory does not go away
     */
    void clear() throws IOException {
        awaitEnd(tools());
        var running = running();
        if (running.isPresent()) {
            stop(running.get());
        }
        awaitEnd(remaining());
        Files.deleteIfExists(pidFile());
    }

    /** The live server of this directory, if there is one. */
    Optional<ProcessHandle> running() throws IOException {
        return pid().flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive).filter(this::isOurs);
    }

    private Path pidFile() {
        return cluster.resolve("postmaster.pid");
    }

    private Optional<Long> pid() throws IOException {
        if (!Files.exists(pidFile())) {
            return Optional.empty();
        }
        String first = Files.readString(pidFile(), StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        return first.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(first)) : Optional.empty();
    }

    private boolean isOurs(ProcessHandle process) {
        return isNamed("postgres", process)
                && workingDirectory(process).map(cluster::equals).orElseGet(() -> namesCluster(process));
    }

    private static boolean isNamed(String program, ProcessHandle process) {
        // Linux marks a binary that was removed or replaced under a running process.
        return process.info()
                .command()
                .map(command -> command.replace(" (deleted)", ""))
                .map(command -> String.valueOf(Path.of(command).getFileName()))
                .filter(name -> name.equals(program) || name.equals(program + ".exe"))
                .isPresent();
    }

    private boolean namesCluster(ProcessHandle process) {
        List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
        int option = arguments.indexOf("-D");
        return option >= 0
                && option + 1 < arguments.size()
                && Path.of(arguments.get(option + 1)).equals(cluster);
    }

    /** Every process of a server works in its data directory; only Linux tells others about it. */
    private static Optional<Path> workingDirectory(ProcessHandle process) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd")));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** They outlive a killed owner and go on writing; pg_ctl ends when the server it has started answers. */
    private List<ProcessHandle> tools() {
        return ProcessHandle.allProcesses()
                .filter(process -> isNamed("initdb", process) || isNamed("pg_ctl", process))
                .filter(this::namesCluster)
                .toList();
    }

    /** Backends of a killed server end by themselves, but not at once, and a new server would not start beside them. */
    private List<ProcessHandle> remaining() {
        return ProcessHandle.allProcesses()
                .filter(process -> isNamed("postgres", process))
                .filter(process ->
                        workingDirectory(process).map(cluster::equals).orElse(false))
                .toList();
    }

    /** @throws DatabaseNotUsable when one of them lives on for too long */
    void awaitEnd(List<ProcessHandle> processes) {
        for (ProcessHandle process : processes) {
            if (!hasEnded(process)) {
                throw stuck(process);
            }
        }
    }

    private void stop(ProcessHandle server) throws IOException {
        // INT is PostgreSQL's fast shutdown, QUIT the immediate one; destroy() would ask it to wait for its clients.
        for (String signal : List.of("INT", "QUIT")) {
            signal(server, signal);
            if (hasEnded(server)) {
                return;
            }
        }
        throw stuck(server);
    }

    private static void signal(ProcessHandle server, String signal) throws IOException {
        if (!server.supportsNormalTermination()) {
            server.destroyForcibly();
            return;
        }
        var kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + server.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        hasEnded(kill.toHandle());
    }

    private static boolean hasEnded(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private DatabaseNotUsable stuck(ProcessHandle process) {
        return new DatabaseNotUsable(
                "An earlier PostgreSQL process (" + process.pid() + ") still works in " + cluster
                        + " and does not stop.",
                "End that process, then start Alloy again. Do not delete any file in the directory.");
    }
}
