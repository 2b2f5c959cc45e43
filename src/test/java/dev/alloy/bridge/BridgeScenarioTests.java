package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.conformance.FoundryFaults;
import dev.alloy.conformance.Scripts;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Await;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs that the bridge executes for the real service, with a Foundry that is played and a repository that is real. */
@Timeout(60)
@AlloyTest
class BridgeScenarioTests {

    @LocalServerPort
    private int port;

    @TempDir
    private Path directory;

    private BridgeWorld bridge;

    @BeforeEach
    void begin() {
        bridge = new BridgeWorld(port, directory);
    }

    @AfterEach
    void end() {
        bridge.close();
    }

    private JsonNode failure(JsonNode run) {
        return bridge.world.read(run).path("failure");
    }

    /** Files in reach of agents and gates that hold a key or a token. */
    private static List<Path> secretsWithin(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("alloy_");
                        } catch (IOException e) {
                            return true;
                        }
                    })
                    .toList();
        }
    }

    private void theCopyIsAsItWas() {
        assertThat(BridgeWorld.git(bridge.clone, "status", "--porcelain", "--ignored"))
                .isEmpty();
        assertThat(BridgeWorld.git(bridge.clone, "rev-parse", "--abbrev-ref", "HEAD"))
                .isEqualTo("main");
        assertThat(BridgeWorld.git(bridge.clone, "ls-files", "-v", GateFile.NAME))
                .startsWith("H ");
        assertThat(bridge.clone.resolve(AlloyFiles.DIRECTORY)).doesNotExist();
    }

    @Test
    void aValidationIsProvenAndItsGatesAreEvidence() {
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed");
        assertThat(bridge.audit(run).at("/exact_snapshot/verdict").asString()).isEqualTo("proven");
        assertThat(bridge.evidence(run).at("/totals/passing").asInt()).isEqualTo(3);
        assertThat(bridge.audit(run).at("/answers/capabilities/value/capabilities_preserved"))
                .hasSize(2);
        assertThat(bridge.foundry.emits()).singleElement().satisfies(emitted -> {
            assertThat(emitted.throttle()).isEqualTo(2);
            assertThat(emitted.traceId()).matches("[0-9a-f]{32}");
        });
        theCopyIsAsItWas();
    }

    @Test
    void aFailingGateIsAFindingAndItsEvidenceFails() throws IOException {
        JsonNode run = bridge.queued("validation_requested", "dry_run", intent -> ((ObjectNode)
                        intent.path("gates").path(0))
                .put("command", "echo broken; exit 3"));

        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(bridge.evidence(run).at("/totals/failing").asInt()).isPositive();
        JsonNode gates = bridge.audit(run).at("/answers/gates_outcome/value");
        assertThat(gates.valueStream()
                        .filter(gate -> gate.path("name").asString().equals("tests")))
                .singleElement()
                .satisfies(gate -> assertThat(gate.path("exit_code").asInt()).isEqualTo(3));
    }

    @Test
    void aFullRunCommitsOnItsBranchAndNeverTheFilesOfTheBrief() {
        bridge.trust();
        bridge.foundry.script("iteration_requested", Scripts.iteration((path, round) -> {
            assertThat(path.resolve(".alloy/prompts")).isDirectory();
            assertThat(secretsWithin(path)).isEmpty();
            Files.writeString(path.resolve("feature.txt"), "new\n");
        }));
        JsonNode run = bridge.queued("iteration_requested", "full");
        String before = bridge.head();

        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed");
        assertThat(BridgeWorld.git(bridge.clone, "diff", "--name-only", before, "alloy/change"))
                .isEqualTo("feature.txt");
        assertThat(BridgeWorld.git(bridge.clone, "rev-parse", "main")).isEqualTo(before);
        JsonNode answers = bridge.audit(run).path("answers");
        assertThat(answers.at("/files_changed/value").toString()).isEqualTo("[\"feature.txt\"]");
        assertThat(answers.at("/commits/value/0").asString())
                .isEqualTo(BridgeWorld.git(bridge.clone, "rev-parse", "alloy/change"));
        assertThat(bridge.foundry.emits().get(0).throttle()).isZero();
        assertThat(bridge.foundry.emits().get(0).payload()).doesNotContain("alloy_");
        theCopyIsAsItWas();
    }

    /** The server's database was put back to before the run; the journal was not. */
    @Test
    void whatFoundryWasToldOfBeforeIsRefusedAndItsApprovalIsUsedUp() throws IOException {
        bridge.trust();
        JsonNode run = bridge.queued("iteration_requested", "full");
        JsonNode other = World.requestAs(bridge.world.person("carl", "\"view\",\"compile_briefs\""), brief(run), "")
                .expect(201)
                .json();
        Files.createDirectories(bridge.state());
        Files.writeString(
                bridge.state().resolve("told-runs"), run.path("id").asString() + " 1 - 2026-01-01T00:00:00Z\n");

        bridge.bridge();

        assertThat(failure(run).path("category").asString()).isEqualTo("safety");
        assertThat(failure(run).path("code").asString()).isEqualTo("already-started");
        assertThat(bridge.foundry.emits()).isEmpty();
        assertThat(bridge.status(other)).isEqualTo("awaiting_approval");
        assertThat(bridge.world
                        .admin()
                        .get("/api/approvals/" + run.path("approval_id").asString())
                        .expect(200)
                        .json()
                        .path("bound_run_request_id"))
                .isEqualTo(run.path("id"));
    }

    private JsonNode brief(JsonNode run) {
        return bridge.world
                .admin()
                .get("/api/formation-briefs/" + run.path("formation_brief_id").asString())
                .expect(200)
                .json();
    }

    @Test
    void gateCommandsThatTheRepositoryDoesNotHoldNeedTrust() {
        bridge.allowGateCommands = false;
        JsonNode refused = bridge.queued("validation_requested", "dry_run");
        bridge.bridge();
        assertThat(failure(refused).path("code").asString()).isEqualTo("gate-commands-not-allowed");
        assertThat(failure(refused).path("category").asString()).isEqualTo("safety");
        assertThat(bridge.foundry.emits()).isEmpty();

        bridge.trust();
        JsonNode trusted =
                bridge.queued("validation_requested", "dry_run", intent -> ((ObjectNode) intent.path("mission"))
                        .put("objective", "The same with trust."));
        bridge.bridge();
        assertThat(bridge.status(trusted)).isEqualTo("completed");
    }

    @Test
    void aPushIsRefusedUnlessItIsAllowed() throws IOException {
        bridge.trust();
        String registry = Files.readString(bridge.foundry.registry());
        Files.writeString(
                bridge.foundry.registry(), registry.replaceAll("\"push\"(\\s*):(\\s*)false", "\"push\"$1:$2true"));
        JsonNode run = bridge.queued("iteration_requested", "full");

        bridge.bridge();

        assertThat(failure(run).path("code").asString()).isEqualTo("push-not-allowed");
        assertThat(bridge.foundry.emits()).isEmpty();
        theCopyIsAsItWas();
    }

    @Test
    void aPathOutsideOfTheWorkdirIsRefused() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        BridgeWorld.repository(elsewhere);
        String registry = Files.readString(bridge.foundry.registry());
        Files.writeString(bridge.foundry.registry(), registry.replace(bridge.clone.toString(), elsewhere.toString()));
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge();

        assertThat(failure(run).path("code").asString()).isEqualTo("path-outside-workdir");
        assertThat(bridge.foundry.emits()).isEmpty();
    }

    @Test
    void aTraceThatCannotBeReadIsNoSuccess() {
        bridge.foundry.faults().traces(FoundryFaults.TraceFault.WITHOUT_EVENTS);
        bridge.seesTraces = false;
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge();

        assertThat(failure(run).path("code").asString()).isEqualTo("trace-unreadable");
    }

    @Test
    void aTraceThatPassesTheUsualSizeOfAMessageIsReadAllTheSame() {
        bridge.seesTraces = false;
        bridge.foundry.faults().traces(FoundryFaults.TraceFault.HUGE);
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge();

        assertThat(bridge.status(run)).isEqualTo("completed");
    }

    @Test
    void anEmitWhoseAnswerIsLostIsFoundAndNotRepeated() {
        bridge.trust();
        bridge.foundry.faults().nextEmit(FoundryFaults.EmitFault.ANSWER_LOST);
        JsonNode run = bridge.queued("iteration_requested", "full");

        bridge.bridge();

        assertThat(bridge.foundry.emits()).hasSize(1);
        assertThat(bridge.status(run)).startsWith("completed");
    }

    @Test
    void aDaemonThatDiesAtWorkLeavesAnUnknownOutcomeAndNothingIsToldTwice() throws Exception {
        bridge.trust();
        bridge.foundry.faults().hold();
        JsonNode run = bridge.queued("iteration_requested", "full");
        CompletableFuture<Void> bridging = CompletableFuture.runAsync(() -> bridge.bridge());
        assertThat(bridge.foundry.awaitEmits(1, Duration.ofSeconds(20))).isTrue();
        bridge.foundry.restart();
        bridging.get(20, TimeUnit.SECONDS);

        assertThat(bridge.said.toString()).contains("OUTCOME UNKNOWN");
        assertThat(bridge.status(run)).isEqualTo("executing");
        assertThat(bridge.foundry.emits()).hasSize(1);
        assertThat(bridge.world
                        .admin()
                        .get("/api/run-requests/" + run.path("id").asString() + "/report")
                        .expect(200)
                        .json()
                        .path("needs_person")
                        .toString())
                .contains("The branch of this run stayed behind: alloy/change");
        bridge.recover();
        assertThat(bridge.foundry.emits()).hasSize(1);
        assertThat(bridge.status(run)).isEqualTo("executing");
    }

    @Test
    void whatARunThatWasCalledOffLeftIsTidiedUpOnceFoundryHasStopped() throws Exception {
        Path runs = Files.createDirectories(bridge.state().resolve("runs"));
        ObjectNode entry = JsonMapper.shared().createObjectNode();
        entry.put("stage", "left").put("touched", true).put("position", "refs/heads/main");
        entry.put("path", bridge.clone.toString());
        ObjectNode request = World.example("execution-request");
        ((ObjectNode) request.path("brief")).put("digest", "sha256:" + "0".repeat(64));
        request.put("idempotency_key", "sha256:" + "0".repeat(64));
        request.put("request_id", "runreq_left").put("project_id", bridge.world.project());
        entry.set("request", request);
        Files.writeString(runs.resolve("runreq_left.json"), entry.toString());
        Files.writeString(bridge.clone.resolve("half-done.txt"), "half");
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge();

        assertThat(BridgeWorld.git(bridge.clone, "stash", "list")).contains("left behind by runreq_left");
        assertThat(runs).isEmptyDirectory();
        assertThat(bridge.status(run)).isEqualTo("completed");
    }

    @Test
    void nothingIsPolledWhileTheCopyIsNotClean() throws Exception {
        Files.writeString(bridge.clone.resolve("left.txt"), "left behind");
        JsonNode run = bridge.queued("validation_requested", "dry_run");
        var runner = new CompletableFuture<RunnerLoop>();
        CompletableFuture<Void> bridging = CompletableFuture.runAsync(() -> bridge.bridge(
                CrashPoint.NONE,
                new SimulatedFoundry(Set.of()) {
                    @Override
                    public boolean worksInACopy() {
                        return true;
                    }
                },
                runner::complete));
        runner.get(20, TimeUnit.SECONDS);
        Await.until(() -> bridge.said.toString().contains("left.txt"));
        runner.join().drain();
        bridging.get(20, TimeUnit.SECONDS);

        assertThat(bridge.said.toString()).contains("Not polling", "not committed: left.txt");
        assertThat(bridge.status(run)).isEqualTo("queued");
    }

    @Test
    void aSimulatedRunSaysSoInItsResult() {
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge(CrashPoint.NONE, new SimulatedFoundry(Set.of("tests")), runner -> {});

        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(bridge.world.read(run).path("foundry_run_id").asString()).startsWith("simulated-");
        String report = bridge.world
                .admin()
                .get("/api/run-requests/" + run.path("id").asString() + "/report")
                .expect(200)
                .text();
        assertThat(report).contains("simulated");
        assertThat(bridge.foundry.emits()).isEmpty();
    }

    @Test
    void aPersonInFoundrysPlaceIsWaitedForAndTheirWordCounts() throws Exception {
        JsonNode run = bridge.queued("validation_requested", "dry_run");
        String id = run.path("id").asString();
        Path home = bridge.state().resolve("manual").resolve(id);
        var driven = new ManualFoundry(bridge.state().resolve("manual"), new PrintWriter(bridge.said));
        CompletableFuture<Void> bridging =
                CompletableFuture.runAsync(() -> bridge.bridge(CrashPoint.NONE, driven, runner -> {}));
        Await.until(() -> Files.exists(home.resolve("README.txt")));
        assertThat(Files.readString(home.resolve("README.txt"))).contains("dry_run", bridge.clone.toString());
        assertThat(bridge.clone.resolve(AlloyFiles.DIRECTORY)).isDirectory();
        Files.writeString(home.resolve("word.json"), "{\"status\":\"splendid\"}");
        Await.until(() -> bridge.said.toString().contains("status must be one of"));
        assertThat(bridge.status(run)).isEqualTo("executing");
        Path draft = home.resolve("draft");
        Files.writeString(draft, "{\"status\":\"completed\",\"notes\":\"Ran the gates by hand.\"}");
        Files.move(draft, home.resolve("word.json"), StandardCopyOption.REPLACE_EXISTING);
        bridging.get(20, TimeUnit.SECONDS);

        // Nobody saw a gate pass, so that nothing is proven by it.
        assertThat(bridge.status(run)).isEqualTo("completed_with_findings");
        assertThat(bridge.evidence(run).at("/totals/passing").asInt()).isZero();
        theCopyIsAsItWas();
    }

    @Test
    void theCommandDrivesFoundryWhereOnlyThatIsThere() throws IOException {
        Path command = FakeFoundryCommand.in(directory, bridge.foundry);
        JsonNode run = bridge.queued("validation_requested", "dry_run");

        bridge.bridge(CrashPoint.NONE, bridge.cli(command), runner -> {});

        assertThat(bridge.foundry.emits()).singleElement().satisfies(emitted -> assertThat(emitted.throttle())
                .isEqualTo(2));
        assertThat(bridge.status(run)).isEqualTo("completed");
        assertThat(List.of(bridge.audit(run).at("/exact_snapshot/verdict").asString()))
                .containsExactly("proven");
    }
}
