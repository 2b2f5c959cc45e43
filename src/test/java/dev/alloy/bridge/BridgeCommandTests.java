package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line, against the real service. */
@Timeout(60)
@AlloyTest
class BridgeCommandTests {

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private World world;
    private Path key;
    private Path work;

    @BeforeEach
    void begin() throws IOException {
        world = World.on(port);
        key = owned("key", world.runnerKey());
        work = Files.createDirectories(directory.resolve("work"));
    }

    private Path owned(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private int bridge(String... words) {
        CommandLine line = BridgeCommand.line();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(words);
    }

    private String server() {
        return "http://localhost:" + port;
    }

    private int run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", "--server", server(), "--key-file", key.toString()));
        words.addAll(List.of("--workdir", work.toString(), "--once", "--mode", "simulated"));
        words.addAll(List.of(more));
        return bridge(words.toArray(String[]::new));
    }

    @Test
    void runsOneRunAndEnds() {
        JsonNode run = world.queuedRun();

        assertThat(run()).as(err.toString()).isZero();

        assertThat(world.read(run).path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(world.read(run).path("simulated").booleanValue()).isTrue();
        assertThat(out.toString())
                .contains("mode simulated", "recorded as completed_with_findings")
                .doesNotContain(world.runnerKey());
    }

    @Test
    void aWrongKeyEndsItWithFour() throws IOException {
        Files.writeString(key, world.runnerKey().substring(0, world.runnerKey().length() - 4) + "AAAA\n");
        assertThat(run()).isEqualTo(4);
        Files.writeString(key, "alloy_pat_of-a-person\n");
        assertThat(run()).isEqualTo(4);
        Files.writeString(key, "");
        assertThat(run()).isEqualTo(4);
        assertThat(err.toString()).contains("does not accept the key", "does not hold a runner's key");
    }

    @Test
    void aMissingKeyFileEndsItWithSeven() throws IOException {
        Files.delete(key);
        assertThat(run()).isEqualTo(7);
        assertThat(err.toString()).contains("cannot be read", "bridge register");
    }

    @Test
    void aWrongServerEndsItWithThree() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        assertThat(run("--server", "http://localhost:" + nobody)).isEqualTo(3);
        assertThat(run("--server", "ftp://localhost")).isEqualTo(2);
        assertThat(run("--server", server() + "/alloy/")).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be reached", "not a valid server address");
    }

    @Test
    void somethingElseThanAlloyEndsItWithThree() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] hello = "<html>hello</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, hello.length);
            exchange.getResponseBody().write(hello);
            exchange.close();
        });
        other.start();
        try {
            assertThat(run("--server", "http://localhost:" + other.getAddress().getPort()))
                    .isEqualTo(3);
        } finally {
            other.stop(0);
        }
        assertThat(err.toString()).contains("answered by a service other than Alloy");
    }

    @Test
    void whatIsNoCommandLineEndsItWithTwo() {
        assertThat(bridge("run")).isEqualTo(2);
        assertThat(bridge("run", "--wrokdir", "x")).isEqualTo(2);
        assertThat(run("--mode", "magic")).isEqualTo(2);
        assertThat(run("--poll-seconds", "51")).isEqualTo(2);
        assertThat(run("--foundry", "http://a b:1", "--mode", "grpc")).isEqualTo(2);
    }

    @Test
    void keyAndStateAreKeptOutOfReachOfAgents() throws IOException {
        Path clone = work.resolve("clone");
        BridgeWorld.repository(clone);
        Path within = Files.copy(key, clone.resolve("key"));

        assertThat(run("--key-file", within.toString())).isEqualTo(7);
        assertThat(run("--state-dir", clone.resolve("state").toString())).isEqualTo(7);
        assertThat(err.toString()).contains("within reach of agents");
    }

    @Test
    void twoBridgesDoNotShareAJournal() {
        try (Journal journal = Journal.open(work.resolve(".alloy-bridge"), CrashPoint.NONE)) {
            assertThat(journal.all()).isEmpty();
            assertThat(run()).isEqualTo(7);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(err.toString()).contains("Another bridge uses");
    }

    @Test
    void registersWithAOneTimeTokenAndKeepsTheKeyToItself() throws IOException {
        String token = world.registrationToken("").path("registration_token").asString();
        Path tokenFile = owned("token", token);
        Path fresh = directory.resolve("keys/fresh");
        String[] words = {
            "register",
            "--server",
            server(),
            "--key-file",
            fresh.toString(),
            "--token-file",
            tokenFile.toString(),
            "--name",
            "fresh"
        };

        assertThat(bridge(words)).as(err.toString()).isZero();

        assertThat(Files.readString(fresh)).startsWith("alloy_rnr_");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
                .isEqualTo("rw-------");
        assertThat(out.toString()).doesNotContain(Files.readString(fresh).strip());
        key = fresh;
        JsonNode run = world.queuedRun();
        assertThat(run()).as(err.toString()).isZero();
        assertThat(world.read(run).path("simulated").booleanValue()).isTrue();

        assertThat(bridge(words)).as("the file is there").isEqualTo(7);
        words[4] = directory.resolve("keys/second").toString();
        assertThat(bridge(words)).as("the token is used up").isEqualTo(4);
        assertThat(directory.resolve("keys/second")).doesNotExist();
    }

    @Test
    void printsATruthfulManifest() {
        assertThat(bridge("manifest", "--foundry-version", "0.13.0")).isZero();
        JsonNode manifest = JsonMapper.shared().readTree(out.toString());
        assertThat(manifest.path("supported_entry_events").toString())
                .contains("validation_requested")
                .doesNotContain("\"execution_requested\"");
        assertThat(manifest.path("registered_blocks")).hasSize(35);
        assertThat(manifest.path("supports_gate_overlay").booleanValue()).isFalse();
        assertThat(manifest.at("/reported_from/version").asString()).isEqualTo("the operator");
        world.runnerApi()
                .put("/api/foundry-installations/" + world.installation() + "/capability-manifest", manifest.toString())
                .expect(200);

        assertThat(bridge(
                        "manifest",
                        "--foundry-command",
                        directory.resolve("none").toString()))
                .isEqualTo(5);
        assertThat(out.toString()).contains("\"unknown\"");
    }

    @Test
    void theDoctorSaysWhatIsWrongAndWhatToDo() throws IOException {
        Path clone = work.resolve("clone");
        BridgeWorld.repository(clone);
        Path elsewhere = directory.resolve("elsewhere");
        BridgeWorld.repository(elsewhere);
        Path registry = Files.writeString(directory.resolve("registry.json"), """
                {"version":2,"projects":[{"name":"good","path":"%s"},{"name":"bad","path":"%s"}]}""".formatted(clone, elsewhere));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        int code = bridge(
                "doctor",
                "--server",
                server(),
                "--key-file",
                key.toString(),
                "--workdir",
                work.toString(),
                "--foundry",
                "127.0.0.1:1",
                "--foundry-version",
                "0.13.0",
                "--foundry-registry",
                registry.toString());

        assertThat(code).isEqualTo(7);
        assertThat(out.toString())
                .contains(
                        "FAIL key file",
                        "chmod 600",
                        "ok   server and key",
                        "ok   clock",
                        "FAIL Foundry: foundryd does not answer",
                        "ok   Foundry's version: 0.13.0",
                        "ok   working copy of good",
                        "ok   gate file of good",
                        "--   working copy of bad",
                        "not below",
                        "FAIL project " + world.project(),
                        "Add it there under exactly this name",
                        "age of foundryd: ")
                .doesNotContain("FAIL working copy");
    }

    @Test
    void theDoctorFindsWhatWouldMakeARunGoWrong() throws Exception {
        Path clone = work.resolve("clone");
        BridgeWorld.repository(clone);
        Files.createDirectories(clone.resolve(".alloy"));
        Files.writeString(clone.resolve(".alloy/kept"), "x");
        Files.writeString(
                clone.resolve(".hone-gates.json"),
                "{\"gates\":[{\"name\":\"t\",\"command\":\"false\",\"required\":true},"
                        + "{\"name\":\"t\",\"command\":\"true\",\"required\":true}]}");
        BridgeWorld.git(clone, "add", "-A");
        BridgeWorld.git(clone, "commit", "--quiet", "-m", "more");
        BridgeWorld.git(clone, "config", "user.email", "");
        BridgeWorld.git(clone, "config", "--unset-all", "user.email");
        Path registry = Files.writeString(directory.resolve("registry.json"), """
                {"version":2,"projects":[{"name":"%s","path":"%s"}]}""".formatted(world.project(), clone));

        int code = bridge(
                "doctor",
                "--server",
                server(),
                "--key-file",
                key.toString(),
                "--workdir",
                work.toString(),
                "--mode",
                "cli",
                "--foundry",
                "127.0.0.1:1",
                "--foundry-version",
                "0.13.0",
                "--foundry-registry",
                registry.toString());

        assertThat(code).isNotZero();
        String said = out.toString();
        assertThat(said)
                .contains("FAIL installations", "is runner_pull, and --mode cli", "Use --mode grpc")
                .contains("FAIL files of " + world.project(), "git rm -r --cached .alloy")
                .contains("FAIL gate file of " + world.project(), "The gate t is in it twice")
                .contains("ok   project " + world.project());
        assertThat(said.lines().toList())
                .as("every FAIL and warning is followed by what to do")
                .satisfies(lines -> {
                    for (int i = 0; i < lines.size(); i++) {
                        if (lines.get(i).startsWith("FAIL") || lines.get(i).startsWith("warn")) {
                            assertThat(lines.get(i + 1)).as(lines.get(i)).startsWith("      ");
                        }
                    }
                });
    }
}
