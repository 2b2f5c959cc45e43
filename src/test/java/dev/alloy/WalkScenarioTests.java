package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.Api;
import dev.alloy.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command of docs/walk.md, in its order, in one shell, against a service of its own. */
@Timeout(240)
class WalkScenarioTests {

    private static final Pattern COMMANDS = Pattern.compile("```(?:sh|bash)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path directory;

    @Test
    void theWalkCanBeWalked() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(directory, Map.of())) {
            Path data = Path.of(String.valueOf(service.database().properties().get("alloy.data-dir")));
            Files.createSymbolicLink(directory.resolve("data"), data.toAbsolutePath());
            String said = walk(service.port());
            assertThat(said)
                    .contains("\"state\":\"awaiting_approval\"")
                    .contains("\"decision\":", "\"declined_by\":\"rob\"")
                    .contains("Show the estimated delivery date")
                    .contains("\"state\":\"queued\"")
                    .contains("It has never polled.")
                    .contains("mode simulated", "recorded as completed")
                    .contains("\"simulated\":true")
                    .contains("Signature Verified Successfully")
                    .contains("valid: ", "Checkpoints compared with: checkpoints")
                    .endsWith("0\n");
        }
    }

    @Test
    void theLinesThatVerifyAreThoseOfTheirPage() throws IOException {
        assertThat(Files.readString(Path.of("docs/walk.md")))
                .contains(blocks("docs/verify.md").get(0));
    }

    private static List<String> blocks(String page) throws IOException {
        Matcher matcher = COMMANDS.matcher(Files.readString(Path.of(page)));
        return matcher.results().map(block -> block.group(1)).toList();
    }

    private String walk(int port) throws Exception {
        Files.writeString(directory.resolve("data/bootstrap-token"), Api.BOOTSTRAP_TOKEN + "\n");
        Files.writeString(Files.createDirectories(directory.resolve("target")).resolve("alloy-0.jar"), "");
        String commands = blocks("docs/walk.md").stream()
                .map(block -> block.replace("http://localhost:8080", "http://localhost:" + port))
                .collect(Collectors.joining());
        Path script = Files.writeString(directory.resolve("walk.sh"), "set -e -o pipefail\n" + commands + "echo $?\n");
        Path output = directory.resolve("walk.txt");
        var builder = new ProcessBuilder("bash", script.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", programs() + ":" + System.getenv("PATH"));
        builder.environment().put("TMPDIR", directory.toString());
        Process process = builder.start();
        assertThat(process.waitFor(200, TimeUnit.SECONDS))
                .as(Files.readString(output))
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }

    /** There is no jar yet when tests run: {@code java -jar} is the classes. */
    private Path programs() throws IOException {
        Path programs = Files.createDirectories(directory.resolve("bin"));
        Path java = Files.writeString(programs.resolve("java"), """
                #!/bin/sh
                shift 2
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -cp '%s' %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        AlloyApplication.class.getName()));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }
}
