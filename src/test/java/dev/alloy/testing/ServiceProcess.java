package dev.alloy.testing;

import dev.alloy.AlloyApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service as a process of its own, over a database of its own, with all that it says in a file. */
public final class ServiceProcess implements AutoCloseable {

    private static final Pattern MAIN_PORT =
            Pattern.compile("Tomcat started on port (\\d+) \\(http\\) with context path '/'");

    private final TestDatabase.Fresh database;
    private final Process process;
    private final Path output;

    private ServiceProcess(TestDatabase.Fresh database, Process process, Path output) {
        this.database = database;
        this.process = process;
        this.output = output;
    }

    /**
     * Starts it.
     *
     * @param directory for what it says
     * @param settings beside those of all tests
     */
    public static ServiceProcess start(Path directory, Map<String, String> settings) {
        TestDatabase.Fresh database = TestDatabase.create();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-cp",
                System.getProperty("java.class.path"),
                AlloyApplication.class.getName(),
                "--server.port=0",
                "--alloy.demo=false",
                "--alloy.bootstrap-token=" + Api.BOOTSTRAP_TOKEN));
        database.properties().forEach((name, value) -> command.add("--" + name + "=" + value));
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        Path output = directory.resolve("output");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new ServiceProcess(database, process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ports it listens on, in the order of its start: all that match the words before the number in its output. */
    public int port(Pattern words) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher matcher = words.matcher(output());
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
            Await.pause();
        }
        throw new AssertionError("It did not start: " + output());
    }

    /** The port of the API. */
    public int port() {
        return port(MAIN_PORT);
    }

    /** Everything it said so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its database. */
    public TestDatabase.Fresh database() {
        return database;
    }

    /** Ends it in order. */
    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        stop();
        database.close();
    }
}
