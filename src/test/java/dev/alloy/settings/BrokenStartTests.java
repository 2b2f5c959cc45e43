package dev.alloy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.AlloyApplication;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts that end at once, as processes: what is said, the exit code, and that nothing was begun. */
class BrokenStartTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "--alloy.run.lease-ttl=forever, alloy.run.lease-ttl (on the command line) holds 'forever'. It may hold a time",
        "--server.port=http, server.port (on the command line) holds 'http'. It may hold a whole number from 0 to 65535",
        "--logging.structured.format.console=json, logging.structured.format.console",
        "--alloy.run.lease=1m, alloy.run.lease (on the command line) is not a setting of Alloy"
    })
    void aBrokenSettingIsToldBeforeAnythingBegins(String argument, String said) throws Exception {
        Ended ended = start(argument);
        assertThat(ended.exitCode()).as(ended.said()).isEqualTo(1);
        assertThat(ended.said()).contains(said, "docs/settings.md");
        assertNothingWasBegun(ended);
    }

    @ParameterizedTest
    @CsvSource({"server.port, SERVER_PORT", "management.server.port, MANAGEMENT_SERVER_PORT"})
    void aBusyPortIsToldBeforeADatabaseIsOpened(String property, String variable) throws Exception {
        try (var busy = new ServerSocket(0)) {
            String other = property.startsWith("management") ? "--server.port=0" : "--alloy.demo=false";
            Ended ended = start("--" + property + "=" + busy.getLocalPort(), other);
            assertThat(ended.exitCode()).as(ended.said()).isEqualTo(1);
            assertThat(ended.said())
                    .contains(
                            property + " holds " + busy.getLocalPort() + ", and this port",
                            "cannot be listened on",
                            variable + "=" + (busy.getLocalPort() + 1));
            assertNothingWasBegun(ended);
        }
    }

    private void assertNothingWasBegun(Ended ended) {
        assertThat(directory.resolve("data")).doesNotExist();
        assertThat(ended.said()).doesNotContain("Exception", "\tat ", "PostgreSQL keeps");
    }

    private record Ended(int exitCode, String said) {}

    private Ended start(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-cp",
                System.getProperty("java.class.path"),
                AlloyApplication.class.getName(),
                "--alloy.data-dir=" + directory.resolve("data")));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output));
    }
}
