package dev.alloy.conformance;

import dev.alloy.bridge.wire.EmitRequest;
import dev.alloy.bridge.wire.FoundryGrpc;
import dev.alloy.bridge.wire.StatusRequest;
import dev.alloy.bridge.wire.TraceRequest;
import dev.alloy.bridge.wire.TraceResponse;
import dev.alloy.contract.Digest;
import dev.alloy.contract.foundry.Throttle;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A small runner that keeps the protocol, or breaks it in the ways that its argument names, with {@code +} between them. One run at a time. */
final class PlantedRunner {

    private static final int LOOKS = 4;

    private final Set<String> defects;
    private final PlantedCalls calls;
    private final Path workdir = Path.of(env("ALLOY_WORKDIR"));
    private final Path state = Path.of(env("ALLOY_STATE_DIR"));
    private final PlantedResults results;
    private @Nullable ManagedChannel channel;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean draining;

    private PlantedRunner(String defects) throws IOException {
        this.defects = Set.of(defects.split("\\+"));
        this.results = new PlantedResults(workdir, has("no-gates"));
        this.calls = new PlantedCalls(
                env("ALLOY_SERVER"),
                Files.readString(Path.of(env("ALLOY_KEY_FILE"))).strip());
    }

    public static void main(String[] arguments) throws Exception {
        // What was told once must not be told again behind the runner's back.
        System.setProperty("sun.net.http.retryPost", "false");
        PlantedRunner runner = new PlantedRunner(arguments[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(runner::drain));
        int exit = 1;
        try {
            exit = runner.work();
        } finally {
            runner.done.countDown();
        }
        Runtime.getRuntime().halt(exit);
    }

    static String env(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    private boolean has(String name) {
        return defects.contains(name);
    }

    private void drain() {
        draining = true;
        try {
            done.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int work() throws Exception {
        PlantedCalls.Answer who =
                calls.insist("GET", "/api/whoami", null, null, () -> false).orElseThrow();
        while (who.status() == 401 && has("ignores-401")) {
            who = calls.insist("GET", "/api/whoami", null, null, () -> false).orElseThrow();
        }
        if (who.status() != 200) {
            return 3;
        }
        String id = who.json().path("name").asString();
        recover();
        while (!draining || has("polls-after-sigterm")) {
            Optional<PlantedCalls.Answer> next =
                    calls.once("GET", "/api/runners/" + id + "/run-requests/next?wait_seconds=1", null, null);
            boolean offered = next.isPresent() && next.get().status() == 200;
            if (offered && (!draining || has("polls-after-sigterm"))) {
                take(next.get().json().path("execution_request"));
            } else if (next.isEmpty()) {
                Waiting.pause(Duration.ofMillis(200));
            }
        }
        return 0;
    }

    /** One attempt, and what is known of it. */
    private final class Attempt implements AutoCloseable {

        private final JsonNode request;
        private final ObjectNode journal;
        private final Thread heart = new Thread(this::beat);
        private final CountDownLatch stopped = new CountDownLatch(1);
        private volatile long renewed = System.nanoTime();
        private volatile boolean lost;
        private volatile boolean cancelled;

        Attempt(ObjectNode journal) {
            this.journal = journal;
            this.request = journal.path("request");
            heart.setDaemon(true);
        }

        String run() {
            return request.path("request_id").asString();
        }

        String lease() {
            return journal.path("lease_token").asString("");
        }

        private void beat() {
            try {
                while (!stopped.await(journal.at("/lease/heartbeat_seconds").asLong(), TimeUnit.SECONDS)) {
                    long began = System.nanoTime();
                    Optional<PlantedCalls.Answer> answer = has("no-heartbeat")
                            ? Optional.empty()
                            : calls.once("POST", path("heartbeat"), lease(), EventChain.object());
                    if (answer.isPresent() && answer.get().status() == 200) {
                        renewed = began;
                        cancelled |=
                                answer.get().json().path("directive").asString().equals("cancel");
                    } else if (answer.isPresent() && answer.get().status() == 409
                            || answer.isEmpty() && has("gives-up")) {
                        lost = true;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        boolean mayNotStart() {
            long silent = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - renewed);
            return !has("no-self-abort")
                    && !has("ignores-refusals")
                    && (lost
                            || cancelled
                            || silent >= journal.at("/lease/self_abort_seconds").asLong());
        }

        String path(String call) {
            return "/api/run-requests/" + run() + "/" + call;
        }

        void write(String phase) throws IOException {
            journal.put("phase", phase);
            Path file = state.resolve(run() + ".json");
            Path next = state.resolve(run() + ".next");
            Files.writeString(next, journal.toString(), StandardOpenOption.CREATE, StandardOpenOption.SYNC);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() {
            stopped.countDown();
        }
    }

    private boolean isUnderstood(JsonNode request) {
        return has("reads-anything")
                || request.path("schema_version").asString("").equals("alloy.foundry_execution_request.v1")
                        && Throttle.parse(request.at("/foundry/throttle").asString(""))
                                .isPresent();
    }

    /** A run that may change code, and was told to Foundry before: the server was put back to an earlier moment. */
    private boolean isKnown(JsonNode request) throws IOException {
        Path file = state.resolve(request.path("request_id").asString() + ".json");
        if (has("forgets-started") || !request.path("effect").asString("").equals("mutating") || !Files.exists(file)) {
            return false;
        }
        String phase = JsonMapper.shared()
                .readTree(Files.readString(file))
                .path("phase")
                .asString("");
        return Set.of("emitting", "emitted", "reporting", "reported").contains(phase);
    }

    private void take(JsonNode request) throws Exception {
        if (isKnown(request)) {
            Waiting.pause(Duration.ofMillis(500));
            return;
        }
        if (!isUnderstood(request)) {
            // Left alone: the offer ends by itself. It is the same one until then.
            Waiting.pause(Duration.ofMillis(500));
            return;
        }
        ObjectNode journal = EventChain.object().put("claim", UUID.randomUUID().toString());
        journal.set("request", request);
        try (Attempt attempt = new Attempt(journal)) {
            attempt.write("claimed");
            PlantedCalls.Answer accepted = accept(attempt);
            if (accepted.status() != 200) {
                return;
            }
            attempt.renewed = System.nanoTime();
            journal.setAll((ObjectNode) accepted.json());
            attempt.write("accepted");
            attempt.heart.start();
            if (prepare(attempt) && start(attempt)) {
                emit(attempt);
            }
        }
    }

    private PlantedCalls.Answer accept(Attempt attempt) {
        while (true) {
            String claim = has("new-claim")
                    ? UUID.randomUUID().toString()
                    : attempt.journal.path("claim").asString();
            Optional<PlantedCalls.Answer> answer = calls.once(
                    "POST", attempt.path("accepted"), null, EventChain.object().put("claim", claim));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    private boolean prepare(Attempt attempt) throws Exception {
        Path repository = workdir.resolve(attempt.request.path("project_id").asString());
        GitRepository git = GitRepository.in(repository);
        git.run(
                "checkout",
                "-q",
                "-B",
                attempt.request.at("/repo/branch").asString(),
                attempt.request.at("/repo/revision").asString());
        Files.writeString(repository.resolve(".git/info/exclude"), ".alloy/\n");
        for (JsonNode artifact : attempt.request.path("artifacts")) {
            String href = artifact.path("href").asString();
            Optional<PlantedCalls.Answer> bytes =
                    calls.insist("GET", href.substring(href.indexOf("/api/")), null, null, attempt::mayNotStart);
            if (bytes.isEmpty()) {
                return false;
            }
            String digest = Digest.of(bytes.get().body());
            if (!digest.equals(artifact.path("digest").asString()) && !has("ignores-digests")) {
                report(attempt, "failed", results.failure(attempt.journal, "digest-mismatch"));
                return false;
            }
            Path target = repository.resolve(artifact.path("path").asString()).normalize();
            if (!isWithin(repository, target) && !has("trusts-paths")) {
                report(attempt, "failed", results.failure(attempt.journal, "path-escapes"));
                return false;
            }
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.write(target, bytes.get().body());
        }
        return true;
    }

    private static boolean isWithin(Path repository, Path target) throws IOException {
        Path there = target;
        while (!Files.exists(there)) {
            there = Objects.requireNonNull(there.getParent());
        }
        return target.startsWith(repository) && there.toRealPath().startsWith(repository.toRealPath());
    }

    private boolean start(Attempt attempt) throws Exception {
        if (has("emits-first")) {
            call(attempt);
        }
        ObjectNode body = EventChain.object()
                .put(
                        "repo_revision_before",
                        attempt.request.at("/repo/revision").asString());
        attempt.journal.set("repo_revision_before", body.path("repo_revision_before"));
        attempt.write("starting");
        for (int sent = 1; !attempt.mayNotStart(); sent++) {
            Optional<PlantedCalls.Answer> answer = calls.once("POST", attempt.path("started"), attempt.lease(), body);
            if (answer.isPresent()) {
                boolean foreign = sent == 1 && answer.get().replayed() && !has("ignores-replay");
                return answer.get().status() == 200 && !foreign && !attempt.mayNotStart() || has("ignores-refusals");
            }
        }
        return false;
    }

    private void emit(Attempt attempt) throws Exception {
        attempt.write("emitting");
        String eventId;
        try {
            eventId = call(attempt);
        } catch (StatusRuntimeException e) {
            if (!has("repeats-emit")) {
                return;
            }
            eventId = call(attempt);
        }
        if (has("emits-twice")) {
            call(attempt);
        }
        attempt.journal.put("event_id", eventId);
        attempt.write("emitted");
        follow(attempt);
    }

    private String call(Attempt attempt) {
        JsonNode foundry = attempt.request.path("foundry");
        int throttle = Arrays.asList("full", "audit_only", "dry_run")
                .indexOf(foundry.path("throttle").asString());
        return stub().emit(EmitRequest.newBuilder()
                        .setEventType(foundry.path("entry_event").asString())
                        .setProject(attempt.request.path("project_id").asString())
                        .setThrottleValue(has("no-throttle") ? 0 : throttle)
                        .setPayloadJson(foundry.path("payload").toString())
                        .setTraceId(
                                has("no-trace-id")
                                        ? ""
                                        : attempt.request.path("trace_id").asString())
                        .build())
                .getEventId();
    }

    private FoundryGrpc.FoundryBlockingStub stub() {
        return FoundryGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        ManagedChannel open = channel;
        if (open == null) {
            open = Grpc.newChannelBuilder(env("FOUNDRY_ADDRESS"), InsecureChannelCredentials.create())
                    .build();
            channel = open;
        }
        return open;
    }

    /** Waits for the end of the chain. Nothing in flight and no trace, again and again: nobody knows what became of it. */
    private void follow(Attempt attempt) throws Exception {
        String eventId = attempt.journal.path("event_id").asString();
        int nothing = 0;
        while (nothing < LOOKS && !(attempt.lost && has("gives-up"))) {
            if (attempt.cancelled && has("forgets-cancelled")) {
                return;
            }
            try {
                TraceResponse trace = stub().trace(
                                TraceRequest.newBuilder().setEventId(eventId).build());
                if (trace.getFound()) {
                    report(attempt, "completed", results.success(attempt.journal, trace));
                    calls.once(
                            "POST",
                            attempt.path("traces") + "?trace_format=foundry.process_result",
                            attempt.lease(),
                            PlantedResults.trace(eventId));
                    return;
                }
                int inFlight = stub().status(StatusRequest.newBuilder()
                                .setWorkflowId(eventId)
                                .build())
                        .getWorkflowsCount();
                nothing = inFlight == 0 ? nothing + 1 : 0;
            } catch (StatusRuntimeException e) {
                channel().resetConnectBackoff();
            }
            Waiting.pause(Duration.ofMillis(150));
        }
        if (has("makes-up-success")) {
            report(attempt, "completed", results.success(attempt.journal, TraceResponse.getDefaultInstance()));
        } else if (has("emits-again")) {
            call(attempt);
        }
    }

    /** The bytes are kept, and told until they are answered. */
    private void report(Attempt attempt, String call, ObjectNode result) throws Exception {
        attempt.journal.put("call", call);
        attempt.journal.set("result", result);
        attempt.write("reporting");
        while (true) {
            if (has("changes-result")) {
                result.put("completed_at", WallClock.now().toString());
            }
            Optional<PlantedCalls.Answer> answer = calls.once("POST", attempt.path(call), attempt.lease(), result);
            if (answer.isPresent() && answer.get().status() < 500) {
                attempt.write("reported");
                return;
            }
            Waiting.pause(Duration.ofMillis(300));
        }
    }

    private void recover() throws Exception {
        Path[] journals;
        try (Stream<Path> files = Files.list(state)) {
            journals = files.filter(file -> file.toString().endsWith(".json")).toArray(Path[]::new);
        }
        for (Path file : journals) {
            ObjectNode journal =
                    (ObjectNode) JsonMapper.shared().readTree(Files.readString(file, StandardCharsets.UTF_8));
            try (Attempt attempt = new Attempt(journal)) {
                recover(attempt, journal.path("phase").asString());
            }
        }
    }

    private void recover(Attempt attempt, String phase) throws Exception {
        boolean told = phase.equals("starting") || phase.equals("emitting") || phase.equals("emitted");
        if (told && (has("emits-again") || has("emits-first"))) {
            attempt.journal.put("event_id", call(attempt));
        }
        if (told && has("makes-up-success")) {
            report(attempt, "completed", results.success(attempt.journal, TraceResponse.getDefaultInstance()));
        } else if (phase.equals("emitted")) {
            attempt.heart.start();
            follow(attempt);
        } else if (phase.equals("reporting")) {
            report(attempt, attempt.journal.path("call").asString(), (ObjectNode) attempt.journal.path("result"));
        }
    }
}
