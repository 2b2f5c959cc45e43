package dev.alloy.bridge;

import dev.alloy.bridge.BridgeSettings.Timing;
import dev.alloy.bridge.RunExecution.BridgeContext;
import dev.alloy.conformance.FakeFoundry;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An organization on the real service, a repository with its dedicated clone, a Foundry that is played, and the bridge between them. */
final class BridgeWorld implements AutoCloseable {

    /** Gates whose commands the repository does not hold. */
    static final String GATES = """
            [{"name":"tests","command":"grep -q hello README.md","required":true,"timeout_secs":60,"phase":"verify",
              "mode":"required_for_mutation"},
             {"name":"vendor_import_boundary","command":"test ! -e vendor","required":true,"timeout_secs":30,"phase":"verify",
              "mode":"required_for_dry_run"}]""";

    private static final Timing QUICK =
            new Timing(Duration.ofMillis(15), Duration.ofMillis(60), Duration.ofMillis(600));

    final World world;
    final Path workdir;
    final Path clone;
    final FakeFoundry foundry;
    final StringWriter said = new StringWriter();
    boolean allowGateCommands = true;
    boolean allowPush;
    boolean seesTraces = true;

    private final int port;
    private final Path state;

    BridgeWorld(int port, Path directory) {
        this.port = port;
        this.world = World.on(port);
        this.workdir = directory.resolve("work");
        this.clone = workdir.resolve("clone");
        this.state = directory.resolve("state");
        try {
            Files.createDirectories(workdir);
            repository(clone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        foundry = FakeFoundry.in(directory.resolve("foundry"))
                .project(world.project(), clone, "main")
                .start();
        var manifest = new FoundryManifest("none", "0.13.0", FoundryOptions.Mode.grpc, files());
        client(CrashPoint.NONE).report(world.installation(), manifest.bytes());
    }

    /** A repository with one commit and a gate of its own. */
    static void repository(Path path) throws IOException {
        Files.createDirectories(path);
        git(path, "init", "--quiet", "--initial-branch=main");
        git(path, "config", "user.email", "foundry@example.test");
        git(path, "config", "user.name", "Foundry");
        Files.writeString(path.resolve("README.md"), "hello\n");
        Files.writeString(path.resolve(GateFile.NAME), """
                {"gates":[{"name":"readme","command":"test -f README.md","required":true,"timeout":10}]}
                """);
        git(path, "add", "-A");
        git(path, "commit", "--quiet", "-m", "One");
    }

    static String git(Path path, String... words) {
        try {
            var all = new ArrayList<>(List.of("git"));
            all.addAll(List.of(words));
            ExternalCommand.Ended ended = ExternalCommand.run(path, Map.of(), Duration.ofSeconds(30), all);
            if (!ended.isGood()) {
                throw new AssertionError(all + ": " + ended.complaint());
            }
            return ended.out().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FoundryFiles files() {
        return new FoundryFiles(seesTraces ? foundry.traces() : workdir, foundry.events());
    }

    private AlloyClient client(CrashPoint checkpoint) {
        return new AlloyClient(new AlloyApi(URI.create("http://localhost:" + port), world.runnerKey()), checkpoint);
    }

    String head() {
        return git(clone, "rev-parse", "HEAD");
    }

    /** Compiles, approves and requests; by two people, so that it may change code. */
    JsonNode queued(String entryEvent, String throttle, Consumer<ObjectNode> change) {
        ObjectNode intent = World.example("source-intent");
        ObjectNode asked = (ObjectNode) intent.path("foundry");
        asked.put("entry_event", entryEvent).put("throttle", throttle).putObject("payload");
        intent.set("gates", JsonMapper.shared().readTree(GATES));
        change.accept(intent);
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("installation_id", world.installation());
        body.putObject("repo")
                .put("path", clone.toString())
                .put("revision", head())
                .put("branch", "alloy/change");
        body.set("source_intent", intent);
        Api admin = world.admin();
        JsonNode brief = admin.post("/api/projects/" + world.project() + "/formation-briefs", body)
                .expect(201)
                .json();
        String scope = throttle.equals("dry_run") ? "dry_run" : "commit_push";
        Api reviewer =
                world.person("reviewer", "\"view\",\"approve_dry_run\",\"approve_mutation\",\"approve_commit_push\"");
        reviewer.post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"%s\",\"repo_revision\":\"%s\"}".formatted(scope, head()))
                .expect(201);
        JsonNode run = world.request(brief);
        if (!run.path("status").asString().equals("queued")) {
            throw new AssertionError(run);
        }
        return run;
    }

    JsonNode queued(String entryEvent, String throttle) {
        return queued(entryEvent, throttle, intent -> {});
    }

    void trust() {
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
    }

    /** The bridge, from its start until one run is at its end, or until the checkpoint ends it. */
    void bridge(CrashPoint checkpoint) {
        bridge(checkpoint, new GrpcFoundry(foundry.address(), files()), runner -> {});
    }

    void bridge(CrashPoint checkpoint, Foundry driven, Consumer<RunnerLoop> started) {
        var settings = new BridgeSettings(
                workdir,
                new FoundryRegistry(foundry.registry()),
                allowGateCommands,
                allowPush,
                5,
                QUICK,
                Clock.systemUTC());
        AlloyClient client = client(checkpoint);
        try (Journal journal = Journal.open(state, checkpoint);
                driven) {
            var report = new Report(journal, new PrintWriter(said), settings.clock());
            var self = client.self();
            var preparation = new AttemptPreparation(
                    client, driven, settings, new RunnerPermissions(client, self)::isTrustedWith);
            var workshop = new BridgeContext(driven, preparation, settings, checkpoint);
            var runner = new RunnerLoop(client, self, journal, workshop, report);
            started.accept(runner);
            runner.run(true, () -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void bridge() {
        bridge(CrashPoint.NONE);
    }

    /** Brings what is under way to an end, and takes nothing more. */
    void recover(Foundry driven) {
        bridge(CrashPoint.NONE, driven, RunnerLoop::drain);
    }

    void recover() {
        recover(new GrpcFoundry(foundry.address(), files()));
    }

    CliFoundry cli(Path command) {
        return new CliFoundry(command.toString(), foundry.address(), files(), state.resolve("kept"));
    }

    Path state() {
        return state;
    }

    JsonNode audit(JsonNode run) {
        return world.admin()
                .get("/api/run-requests/" + run.path("id").asString() + "/audit")
                .expect(200)
                .json();
    }

    JsonNode evidence(JsonNode run) {
        return world.admin()
                .get("/api/run-requests/" + run.path("id").asString() + "/evidence")
                .expect(200)
                .json();
    }

    String status(JsonNode run) {
        return world.read(run).path("status").asString();
    }

    @Override
    public void close() {
        foundry.close();
    }
}
