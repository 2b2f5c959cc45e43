package dev.alloy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The suite passes a runner that keeps the protocol, and catches each planted way to break it. */
class ConformanceTests {

    private static final String NONE = "none";

    /** Scenario → defects that it has to catch. */
    private static final Map<String, List<String>> CAUGHT = Map.ofEntries(
            Map.entry("read-only-run", List.of("no-heartbeat", "no-throttle", "no-trace-id", "no-gates")),
            Map.entry("offer-replayed", List.of("emits-twice")),
            Map.entry("accept-lost", List.of("new-claim")),
            Map.entry("wrong-key", List.of("ignores-401")),
            Map.entry("digest", List.of("ignores-digests")),
            Map.entry("revision-mismatch", List.of("ignores-refusals")),
            Map.entry("started-replayed", List.of("ignores-replay")),
            Map.entry("path-parent", List.of("trusts-paths")),
            Map.entry("path-absolute", List.of("trusts-paths")),
            Map.entry("path-symlink", List.of("trusts-paths")),
            Map.entry("unknown-version", List.of("reads-anything")),
            Map.entry("unknown-throttle", List.of("reads-anything")),
            Map.entry("lease-lost", List.of("ignores-refusals")),
            Map.entry("self-abort", List.of("no-self-abort")),
            Map.entry("cancel-before-start", List.of("ignores-refusals")),
            Map.entry("cancel-executing", List.of("forgets-cancelled")),
            Map.entry("duplicate-completion", List.of("changes-result")),
            Map.entry("server-restart", List.of("gives-up")),
            Map.entry("drain", List.of("polls-after-sigterm")),
            Map.entry("killed-executing", List.of("emits-again", "makes-up-success")),
            Map.entry("killed-before-emit", List.of("emits-first", "makes-up-success")),
            Map.entry("foundry-dies", List.of("emits-again", "makes-up-success")),
            Map.entry("emit-answer-lost", List.of("repeats-emit")));

    private static final Map<String, Future<Verdict>> VERDICTS = new ConcurrentHashMap<>();

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(16);

    @BeforeAll
    static void playAllAtOnce() {
        Conformance.scenarios().keySet().forEach(scenario -> submit(NONE, scenario, 20));
        CAUGHT.forEach((scenario, defects) -> defects.forEach(defect -> submit(defect, scenario, 8)));
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

    private static List<String> command(String defect) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // Half of what a runner costs here is its start.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PlantedRunner.class.getName(),
                defect);
    }

    private static Verdict verdict(String defect, String scenario) throws Exception {
        return Objects.requireNonNull(VERDICTS.get(defect + " " + scenario), "it was not played")
                .get();
    }

    @TestFactory
    Stream<DynamicTest> passesARunnerThatKeepsTheProtocol() {
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
        return CAUGHT.entrySet().stream().flatMap(entry -> entry.getValue().stream()
                .map(defect -> DynamicTest.dynamicTest(defect + " in " + entry.getKey(), () -> assertThat(
                                verdict(defect, entry.getKey()).passed())
                        .isFalse())));
    }

    @TestFactory
    Stream<DynamicTest> everyScenarioHasADefectThatItCatches() {
        return Conformance.scenarios().keySet().stream()
                .map(scenario -> DynamicTest.dynamicTest(
                        scenario, () -> assertThat(CAUGHT).containsKey(scenario)));
    }
}
