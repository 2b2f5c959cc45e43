package dev.alloy.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alloy.bridge.wire.EmitRequest;
import dev.alloy.bridge.wire.FoundryGrpc;
import dev.alloy.bridge.wire.StatusRequest;
import dev.alloy.bridge.wire.TraceRequest;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.bridge.wire.WatchRequest;
import dev.alloy.bridge.wire.WatchResponse;
import dev.alloy.conformance.FoundryFaults.EmitFault;
import dev.alloy.conformance.FoundryFaults.TraceFault;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.foundry.ProcessResultReader;
import dev.alloy.contract.foundry.TraceBytes;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FakeFoundryTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private Path project;
    private FakeFoundry foundry;
    private ManagedChannel channel;
    private FoundryGrpc.FoundryBlockingStub stub;

    @BeforeEach
    void start() throws Exception {
        project = Files.createDirectories(directory.resolve("ledger"));
        GitRepository.in(project).run("init", "-q", "-b", "main");
        gate("format", "echo all files formatted", true);
        foundry = FakeFoundry.in(directory.resolve("foundry"))
                .project("ledger-service", project, "main")
                .start();
        channel = Grpc.newChannelBuilder(foundry.address(), InsecureChannelCredentials.create())
                .build();
        stub = FoundryGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        foundry.close();
    }

    private void gate(String name, String command, boolean required) throws IOException {
        Files.writeString(project.resolve(GateRunner.NAME), """
                {"gates":[{"name":"%s","command":"%s","required":%s}]}""".formatted(name, command, required));
    }

    private String emit(String type, int throttle, String payload, String traceId) {
        return stub.emit(EmitRequest.newBuilder()
                        .setEventType(type)
                        .setProject("ledger-service")
                        .setThrottleValue(throttle)
                        .setPayloadJson(payload)
                        .setTraceId(traceId)
                        .build())
                .getEventId();
    }

    private TraceResponse ask(String id) {
        return stub.trace(TraceRequest.newBuilder().setEventId(id).build());
    }

    private TraceResponse awaitTrace(String id) {
        return Waiting.until(PATIENCE, () -> ask(id), TraceResponse::getFound);
    }

    private JsonNode file(String id) throws IOException {
        try (Stream<Path> files = Files.walk(foundry.traces())) {
            Path file =
                    files.filter(one -> one.endsWith(id + ".json")).findFirst().orElseThrow();
            return JsonMapper.shared().readTree(Files.readString(file));
        }
    }

    static JsonNode example(String name) throws IOException {
        try (InputStream in = FakeFoundryTests.class.getResourceAsStream("/examples/foundry-trace-" + name + ".json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static List<String> texts(JsonNode list, String... members) {
        return list.valueStream()
                .map(one -> String.join(
                        " | ",
                        Arrays.stream(members)
                                .map(member -> one.path(member).asString())
                                .toList()))
                .toList();
    }

    @Test
    void validatesAsTheRealDaemonDid() throws Exception {
        Files.createDirectories(project.resolve("scripts"));
        script("format-check.sh", "echo all files formatted");
        script(
                "test.sh",
                "printf 'running 12 tests\\n\\ntest ledger::rounding ... FAILED\\n11 passed; 1 failed'; exit 101");
        script("coverage.sh", "echo 'line coverage 81.4% (threshold 60%)'");
        Files.writeString(project.resolve(GateRunner.NAME), """
                {"gates":[{"name":"format","command":"./scripts/format-check.sh","required":true},
                 {"name":"test","command":"./scripts/test.sh","required":true,"timeout":600},
                 {"name":"coverage","command":"./scripts/coverage.sh","required":false,"timeout":120}]}""");
        JsonNode example = example("validation");
        String id =
                emit("validation_requested", 0, example.at("/events/0/payload").toString(), "");
        awaitTrace(id);

        JsonNode trace = file(id);
        assertThat(texts(trace.path("events"), "event_type", "project", "throttle"))
                .isEqualTo(texts(example.path("events"), "event_type", "project", "throttle"));
        assertThat(trace.path("events").valueStream().map(event -> event.path("payload")))
                .isEqualTo(example.path("events")
                        .valueStream()
                        .map(event -> event.path("payload"))
                        .toList());
        assertThat(texts(trace.path("block_executions"), "block_name", "success", "summary"))
                .isEqualTo(texts(example.path("block_executions"), "block_name", "success", "summary"));
        assertThat(List.copyOf(trace.at("/block_executions/0").propertyNames()))
                .isEqualTo(List.copyOf(example.at("/block_executions/0").propertyNames()));
        assertIdsVerify(trace);
    }

    private void script(String name, String text) throws IOException {
        Path file = project.resolve("scripts").resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static void assertIdsVerify(JsonNode trace) throws Exception {
        byte[] bytes = PrettyJson.of(trace).getBytes(StandardCharsets.UTF_8);
        try (var parser = ProcessResultReader.FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            var summary = ProcessResultReader.read(parser, new TraceBytes() {
                        @Override
                        public long size() {
                            return bytes.length;
                        }

                        @Override
                        public byte[] read(long offset, int length) {
                            return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
                        }
                    })
                    .summary();
            assertThat(summary.path("event_ids_verified").booleanValue()).isTrue();
        }
        assertThat(DocumentSchemas.validate("foundry.process_result", trace)).isEmpty();
    }

    @Test
    void replaysARecordedTraceForAnotherRequest() throws Exception {
        JsonNode example = example("strategic-dry-run");
        foundry.script("iteration_requested", Scripts.replay(example));
        String id = emit("iteration_requested", 2, "{\"project\":\"ledger-service\"}", "ab".repeat(16));
        awaitTrace(id);

        JsonNode trace = file(id);
        assertThat(texts(trace.path("block_executions"), "block_name", "success", "summary"))
                .isEqualTo(texts(example.path("block_executions"), "block_name", "success", "summary"));
        assertThat(texts(trace.path("events"), "event_type")).isEqualTo(texts(example.path("events"), "event_type"));
        assertThat(texts(trace.path("events"), "trace_id")).containsOnly("ab".repeat(16));
        assertIdsVerify(trace);
    }

    @Test
    void greetsAsTheRealDaemonDid() throws Exception {
        JsonNode example = example("greet");
        String id = emit("greet_requested", 0, "{\"name\":\"Alloy\"}", "");
        awaitTrace(id);
        assertThat(texts(file(id).path("block_executions"), "block_name", "success", "summary"))
                .isEqualTo(texts(example.path("block_executions"), "block_name", "success", "summary"));
        assertThat(texts(file(id).path("events"), "event_type")).isEqualTo(texts(example.path("events"), "event_type"));
    }

    @Test
    void commitsWhatTheAgentEdited() throws Exception {
        foundry.script(
                "iteration_requested",
                Scripts.iteration((path, round) -> Files.writeString(path.resolve("new.txt"), "edited " + round)));
        String id = emit("iteration_requested", 0, "{\"project\":\"ledger-service\",\"workflow\":\"iterate\"}", "t");
        awaitTrace(id);

        assertThat(texts(file(id).path("block_executions"), "block_name", "summary"))
                .contains(
                        "Execute Plan | ledger-service: plan execution completed",
                        "Commit and Push | Committed and pushed changes");
        assertThat(GitRepository.in(project).isClean()).isTrue();
        assertThat(GitRepository.in(project).run("show", "--stat", "HEAD")).contains("new.txt", "automated iterate");
    }

    @Test
    void retriesThreeTimesAndCommitsFailingWork() throws Exception {
        gate("test", "test ! -e broken.txt", true);
        foundry.script(
                "iteration_requested",
                Scripts.iteration((path, round) -> Files.writeString(path.resolve("broken.txt"), "round " + round)));
        String id = emit("iteration_requested", 0, "{\"workflow\":\"iterate\"}", "t");
        awaitTrace(id);

        assertThat(texts(file(id).path("block_executions"), "block_name", "success", "summary"))
                .contains(
                        "Route Gate Result | false | ledger-service: gates failed after 3 retries",
                        "Commit and Push | true | Committed and pushed changes");
    }

    @Test
    void onlyPretendsAtDryRun() throws Exception {
        foundry.script(
                "iteration_requested",
                Scripts.iteration((path, round) -> Files.writeString(path.resolve("new.txt"), "edited")));
        String id = emit("iteration_requested", 2, "{\"workflow\":\"iterate\"}", "t");
        awaitTrace(id);

        assertThat(project.resolve("new.txt")).doesNotExist();
        assertThat(texts(file(id).path("block_executions"), "block_name", "summary"))
                .contains("Execute Plan | dry-run (simulated)", "Commit and Push | dry-run (simulated)");
    }

    @Test
    void takesEveryUnknownThrottleForFull() throws Exception {
        String id = emit("greet_requested", 7, "", "");
        awaitTrace(id);
        assertThat(file(id).at("/events/0/throttle").asString()).isEqualTo("full");
        assertThat(foundry.emits()).extracting(EmitCall::throttle).containsExactly(7);
        assertThat(file(id).at("/events/0/trace_id").asString()).startsWith("trc_");
    }

    @Test
    void refusesOnlyUnknownEventsAndPayloadsThatAreNoJson() {
        assertThatThrownBy(() -> emit("execution_requested", 2, "{}", ""))
                .extracting(thrown -> Status.fromThrowable(thrown).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThatThrownBy(() -> emit("greet_requested", 2, "{", ""))
                .extracting(thrown -> Status.fromThrowable(thrown).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void listsOnlyWhatIsInFlightAndFindsTracesOnlyAfterwards() throws Exception {
        foundry.faults().hold();
        String id = emit("validation_requested", 2, "{}", "a".repeat(32));
        assertThat(stub.status(StatusRequest.getDefaultInstance()).getWorkflowsList())
                .singleElement()
                .satisfies(workflow -> {
                    assertThat(workflow.getWorkflowId()).isEqualTo(id);
                    assertThat(workflow.getState()).isEqualTo("running");
                    assertThat(workflow.getTraceId()).isEqualTo("a".repeat(32));
                });
        assertThat(stub.status(StatusRequest.newBuilder()
                                .setWorkflowId("evt_other")
                                .build())
                        .getWorkflowsList())
                .isEmpty();
        assertThat(ask(id).getFound()).isFalse();
        assertThat(Files.readString(monthLog())).contains(id);

        foundry.faults().hideTraces(3);
        foundry.faults().release();
        TraceResponse trace = awaitTrace(id);
        assertThat(trace.getBlockExecutions(0).getExitCode()).isZero();
        assertThat(trace.getEvents(0).getOccurredAt()).endsWith("+00:00");
        Waiting.until(
                PATIENCE,
                () -> stub.status(StatusRequest.getDefaultInstance()).getWorkflowsCount(),
                count -> count == 0);
    }

    private Path monthLog() throws IOException {
        try (Stream<Path> logs = Files.list(foundry.events())) {
            return logs.findFirst().orElseThrow();
        }
    }

    private String log() {
        try {
            return Files.readString(monthLog());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void emitsTwiceWhatIsEmittedTwice() {
        String first = emit("greet_requested", 2, "{}", "same");
        String second = emit("greet_requested", 2, "{}", "same");
        assertThat(first).isNotEqualTo(second);
        assertThat(foundry.emits()).hasSize(2);
    }

    @Test
    void forgetsWhatWasInFlightWhenItDies() throws Exception {
        String ended = emit("greet_requested", 2, "{}", "done");
        awaitTrace(ended);
        foundry.faults().hold();
        String id = emit("greet_requested", 2, "{}", "lost");
        Waiting.until(PATIENCE, this::log, log -> log.contains(id));
        foundry.crash();
        assertThatThrownBy(() -> ask(id)).isInstanceOf(StatusRuntimeException.class);
        foundry.restart();
        foundry.faults().release();

        TraceResponse kept = Waiting.until(
                PATIENCE,
                () -> {
                    try {
                        return ask(ended);
                    } catch (StatusRuntimeException e) {
                        channel.resetConnectBackoff();
                        return TraceResponse.getDefaultInstance();
                    }
                },
                TraceResponse::getFound);
        assertThat(kept.getEventsList()).isNotEmpty();
        assertThat(ask(id).getFound()).isFalse();
        assertThat(stub.status(StatusRequest.getDefaultInstance()).getWorkflowsList())
                .isEmpty();
        assertThat(Files.readString(monthLog())).contains(id);
    }

    @Test
    void losesAnAnswerAndRunsAllTheSame() throws Exception {
        foundry.faults().nextEmit(EmitFault.REFUSED);
        foundry.faults().nextEmit(EmitFault.ANSWER_LOST);
        foundry.faults().nextEmit(EmitFault.EMPTY_ID);
        for (int i = 0; i < 2; i++) {
            String traceId = "call" + i;
            assertThatThrownBy(() -> emit("greet_requested", 2, "{}", traceId))
                    .extracting(thrown -> Status.fromThrowable(thrown).getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
        assertThat(emit("greet_requested", 2, "{}", "call2")).isEmpty();
        String log = Waiting.until(PATIENCE, () -> read(monthLogOrNone()), text -> text.contains("call2"));
        assertThat(log).contains("call1").doesNotContain("call0");
    }

    private Path monthLogOrNone() {
        try {
            return monthLog();
        } catch (IOException e) {
            return directory.resolve("none");
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void watchesFromNowOnAndDropsSilently() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        // What comes last of it is over, so that no watcher hears of it late.
        awaitTrace(emit("greet_requested", 2, "{}", "before"));
        Iterator<WatchResponse> stream = stub.watch(
                WatchRequest.newBuilder().setProject("ledger-service").build());
        // The watch begins when the server has it, which may be after the first of these.
        CompletableFuture<WatchResponse> next = CompletableFuture.supplyAsync(stream::next);
        Waiting.until(
                PATIENCE,
                () -> {
                    emit("greet_requested", 2, "{}", "now");
                    return next.isDone();
                },
                seen -> seen);
        WatchResponse first = next.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(first.getTraceId()).isEqualTo("now");
        assertThat(first.getEventType()).isNotEmpty();
        foundry.faults().dropWatchedEvents(true);
        foundry.breakWatches();
        assertThatThrownBy(() -> stream.forEachRemaining(told -> broken.countDown()))
                .isInstanceOf(StatusRuntimeException.class);
    }

    @Test
    void answersNonsenseWhenToldTo() {
        String id = emit("greet_requested", 2, "{}", "t");
        awaitTrace(id);
        foundry.faults().traces(TraceFault.WITHOUT_EVENTS);
        assertThat(ask(id).getFound()).isTrue();
        assertThat(ask(id).getEventsList()).isEmpty();
        foundry.faults().traces(TraceFault.HUGE);
        assertThatThrownBy(() -> ask(id))
                .extracting(thrown -> Status.fromThrowable(thrown).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
}
