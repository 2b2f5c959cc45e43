package dev.alloy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The bridge comes through every scenario, and each catches a planted way to break the protocol. */
class ConformanceTests {

    private static final String NONE = "none";

    /**
     * A way to break the protocol.
     *
     * @param reasons what the scenario has to complain of, in its words
     */
    private record Planted(String scenario, String defects, String... reasons) {}

    private static final List<Planted> PLANTED = List.of(
            new Planted(
                    "read-only-run",
                    "no-heartbeat+no-throttle+no-gates",
                    "heartbeats every heartbeat_seconds",
                    "Emit at dry_run",
                    "gate 'unit' passed",
                    "gate 'style' failed"),
            new Planted("read-only-run", "no-trace-id", "Emit with the trace id"),
            new Planted("offer-replayed", "emits-twice", "an attempt is emitted at most once"),
            new Planted("accept-lost", "new-claim", "the same claim"),
            new Planted("wrong-key", "ignores-401", "to exit"),
            new Planted("digest", "ignores-digests", "no Emit with bytes that are not the approved ones"),
            new Planted("revision-mismatch", "ignores-refusals", "no Emit after started was refused"),
            new Planted("started-replayed", "ignores-replay", "no Emit when started was answered"),
            new Planted("path-parent", "trusts-paths", "nothing is written outside"),
            new Planted("path-absolute", "trusts-paths", "nothing is written outside"),
            new Planted("path-symlink", "trusts-paths", "nothing is written outside"),
            new Planted("unknown-version", "reads-anything", "no Emit of a request"),
            new Planted("unknown-throttle", "reads-anything", "no Emit of a request"),
            new Planted("lease-lost", "ignores-refusals", "no Emit without a lease"),
            new Planted("self-abort", "no-self-abort", "no started when the lease could not be renewed"),
            new Planted("cancel-before-start", "ignores-refusals", "no Emit of a run that was cancelled"),
            new Planted("cancel-executing", "forgets-cancelled", "a result"),
            new Planted("duplicate-completion", "changes-result", "the same bytes"),
            new Planted("server-restart", "gives-up", "a result"),
            new Planted("drain", "polls-after-sigterm", "no poll after SIGTERM", "nothing is accepted"),
            new Planted(
                    "observed", "supposes", "observed.head_after", "observed.tree_after", "the trace is sent before"),
            new Planted("gate-twice", "trusts-gate-files", "no Emit with a gate file that holds a name twice"),
            new Planted("gate-twice-between", "last-gate-wins", "the worst of a name counts"),
            new Planted("killed-executing", "emits-again", "one Emit of a mutating run"),
            new Planted("killed-executing", "makes-up-success", "no success while Foundry is still at work"),
            new Planted("killed-before-emit", "emits-first", "started is answered before", "at most one Emit"),
            new Planted("foundry-dies", "emits-again", "one Emit although the daemon forgot it"),
            new Planted("foundry-dies", "makes-up-success", "no success of a run whose outcome is unknown"),
            new Planted("emit-answer-lost", "repeats-emit", "one Emit when its answer was lost"),
            new Planted(
                    "restored",
                    "forgets-started",
                    "no started of a run that the journal knows",
                    "one Emit of a run that the server forgot"));

    /** What is waited for with these never comes; with all others patience costs nothing. */
    private static final Set<String> IN_VAIN =
            Set.of("no-heartbeat+no-throttle+no-gates", "ignores-401", "forgets-cancelled", "gives-up");

    private static final Map<String, Future<Verdict>> VERDICTS = new ConcurrentHashMap<>();

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(10);

    @BeforeAll
    static void playAllAtOnce() {
        // What waits in vain takes longest, so it comes first.
        PLANTED.forEach(planted ->
                submit(planted.defects(), planted.scenario(), IN_VAIN.contains(planted.defects()) ? 15 : 60));
        Conformance.scenarios().keySet().forEach(scenario -> submit(NONE, scenario, 60));
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    private static void submit(String defect, String scenario, int patience) {
        VERDICTS.put(defect + " " + scenario, THREADS.submit(() -> Conformance.of(command(defect))
                .patience(Duration.ofSeconds(patience))
                .play(scenario)));
    }

    /** The bridge, as its operator would start it. */
    private static final List<String> BRIDGE = List.of(
            "dev.alloy.AlloyApplication",
            "bridge",
            "run",
            "--server={server}",
            "--key-file={key-file}",
            "--workdir={workdir}",
            "--state-dir={state}",
            "--foundry={foundry}",
            "--foundry-registry={registry}",
            "--foundry-traces={traces}",
            "--foundry-events={events}",
            "--foundry-version=0.13.0",
            "--poll-seconds=2",
            "--allow-gate-commands");

    private static List<String> command(String defect) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // Half of what a runner costs here is its start.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-XX:-UsePerfData",
                "-XX:CICompilerCount=1",
                "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(defect.equals(NONE) ? BRIDGE : List.of(PlantedRunner.class.getName(), defect));
        return command;
    }

    private static Verdict verdict(String defect, String scenario) throws Exception {
        return Objects.requireNonNull(VERDICTS.get(defect + " " + scenario), "it was not played")
                .get();
    }

    @TestFactory
    Stream<DynamicTest> passesTheBridge() {
        return Conformance.scenarios().keySet().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario, () -> {
                    Verdict verdict = verdict(NONE, scenario);
                    assertThat(verdict.complaints())
                            .as("the runner said %s", verdict.lastWords())
                            .isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> catchesEveryPlantedDefect() {
        return PLANTED.stream()
                .map(planted ->
                        DynamicTest.dynamicTest(planted.defects() + " in " + planted.scenario(), () -> assertThat(
                                        verdict(planted.defects(), planted.scenario())
                                                .complaints())
                                .extracting(Verdict.Complaint::asked)
                                .satisfies(asked -> Stream.of(planted.reasons()).forEach(reason -> assertThat(asked)
                                        .anySatisfy(one -> assertThat(one).contains(reason))))));
    }

    @Test
    void everyScenarioHasADefectThatItCatches() {
        assertThat(PLANTED.stream().map(Planted::scenario))
                .containsAll(Conformance.scenarios().keySet());
    }
}
