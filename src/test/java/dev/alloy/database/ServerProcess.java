package dev.alloy.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A Java process of its own that runs an embedded server, to be killed by a test. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ServerProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** What the process does: starts the server, adds a row, says so, and waits for its end. */
    public static void main(String[] arguments) throws IOException {
        try {
            var server = TestServers.start(Path.of(arguments[0]));
            TestServers.addRow(server);
            System.out.println("READY");
        } catch (DatabaseNotUsable e) {
            System.out.println("REFUSED " + e.getMessage());
        }
        System.in.read();
    }

    static ServerProcess spawn(Path directory) throws IOException {
        return new ServerProcess(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-BytecodeVerificationRemote",
                        "-Dalloy.test.fork=" + TestServers.FORK,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits for the one line the process says: whether it serves or why it does not. */
    String verdict() {
        return output.lines()
                .filter(line -> line.startsWith("READY") || line.startsWith("REFUSED"))
                .findFirst()
                .orElse("ended without a word");
    }

    /** kill -9: nothing in the process gets a chance to clean up. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
        try {
            output.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
