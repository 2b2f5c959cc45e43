package dev.alloy.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the server answers; one call at a time, but for polls, which wait. Source: dispatch.md, “Runner protocol”. */
final class FakeApi {

    private static final Pattern OF_RUN = Pattern.compile("/api/run-requests/([^/]+)/[^/]+");
    private static final Pattern WAIT = Pattern.compile("(?:.*&)?wait_seconds=(\\d+).*");

    private final String runnerId;
    private final String project;
    private final List<FakeRun> runs = new ArrayList<>();
    private int polls;

    FakeApi(String runnerId, String project) {
        this.runnerId = runnerId;
        this.project = project;
    }

    record Request(
            String method,
            String path,
            String name,
            String query,
            @Nullable String lease,
            byte[] body) {

        /** The run that the path names; empty for none. */
        String run() {
            Matcher matcher = OF_RUN.matcher(path);
            return matcher.matches() ? matcher.group(1) : "";
        }
    }

    record Answer(int status, byte[] body, Map<String, String> headers, String problem) {

        static Answer of(ProblemReply refusal) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "application/problem+json");
            if (refusal.status() == 503) {
                headers.put("Retry-After", "1");
            }
            if (refusal.status() == 401) {
                headers.put("WWW-Authenticate", "Bearer realm=\"alloy\"");
            }
            return new Answer(refusal.status(), FakeServer.problem(refusal), headers, refusal.slug());
        }

        static Answer of(int status, JsonNode body) {
            return new Answer(
                    status,
                    body.toString().getBytes(StandardCharsets.UTF_8),
                    new LinkedHashMap<>(Map.of("Content-Type", "application/json")),
                    "");
        }

        Answer replayed(boolean replayed) {
            if (replayed) {
                headers.put("Idempotent-Replayed", "true");
            }
            return this;
        }

        Answer tagged(String tag) {
            headers.put("ETag", "\"" + tag + "\"");
            return this;
        }
    }

    synchronized void queue(RequestFixture order) {
        runs.add(new FakeRun(order));
        notifyAll();
    }

    /** Does something with a run, undisturbed by calls. */
    synchronized <T> T with(RequestFixture order, Function<FakeRun, T> what) {
        T done = what.apply(
                runs.stream().filter(run -> run.order() == order).findFirst().orElseThrow());
        notifyAll();
        return done;
    }

    synchronized boolean hasWork() {
        return runs.stream().anyMatch(run -> run.offer().isPresent());
    }

    synchronized void wakePolls() {
        polls++;
        notifyAll();
    }

    Answer answer(Request request) {
        try {
            return request.name().equals("next") ? next(request) : decide(request);
        } catch (ProblemReply e) {
            return Answer.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.of(new ProblemReply(503, "unavailable", "The service is stopping."));
        }
    }

    private synchronized Answer next(Request request) throws ProblemReply, InterruptedException {
        requireOwn(request);
        Matcher wait = WAIT.matcher(request.query());
        long seconds = wait.matches() ? Long.parseLong(wait.group(1)) : 25;
        if (seconds > 50) {
            throw new ProblemReply(400, "malformed-request", "wait_seconds is 0 to 50.");
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        int mine = ++polls;
        notifyAll();
        while (mine == polls) {
            Optional<ObjectNode> offer =
                    runs.stream().map(FakeRun::offer).flatMap(Optional::stream).findFirst();
            if (offer.isPresent()) {
                return Answer.of(200, offer.get());
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            // What comes back by itself, such as an offer that ended, tells nobody.
            wait(Math.min(left, 200));
        }
        return new Answer(204, new byte[0], new LinkedHashMap<>(), "");
    }

    private void requireOwn(Request request) throws ProblemReply {
        if (!request.path().startsWith("/api/runners/" + runnerId)) {
            throw new ProblemReply(404, "not-found", "A runner speaks for itself only.");
        }
    }

    private synchronized Answer decide(Request request) throws ProblemReply {
        String path = request.path();
        if (request.method().equals("GET")) {
            return path.equals("/api/whoami")
                    ? Answer.of(200, whoami())
                    : path.endsWith("/compiled")
                            ? artifact(path)
                            : Answer.of(200, runner(request)).tagged("1");
        }
        boolean ofRunner = path.startsWith("/api/runners/");
        JsonNode body = CallBody.read(request.name(), ofRunner, request.body());
        if (path.equals("/api/foundry-installations/" + FakeServer.INSTALLATION + "/capability-manifest")) {
            return Answer.of(
                            200,
                            EventChain.object()
                                    .put("id", FakeServer.INSTALLATION)
                                    .put("status", "active"))
                    .tagged("2");
        }
        if (ofRunner && request.name().equals("heartbeat")) {
            requireOwn(request);
            return Answer.of(200, heartbeats(body));
        }
        return ofRun(request, body);
    }

    private ObjectNode whoami() {
        ObjectNode who = EventChain.object()
                .put("kind", "runner")
                .put("organization_id", FakeServer.ORGANIZATION)
                .put("name", runnerId)
                .put("credential_id", "key_1");
        who.putArray("authorities");
        return who.putNull("project_ids");
    }

    private ObjectNode runner(Request request) throws ProblemReply {
        requireOwn(request);
        ObjectNode runner = EventChain.object()
                .put("id", runnerId)
                .put("organization_id", FakeServer.ORGANIZATION)
                .put("name", "conformance")
                .put("status", "online")
                .put("max_concurrency", 2);
        runner.putArray("allowed_projects").add(project);
        runner.putArray("trusted_projects").add(project);
        runner.putArray("installation_ids").add(FakeServer.INSTALLATION);
        return runner;
    }

    private Answer artifact(String path) throws ProblemReply {
        return runs.stream()
                .flatMap(run -> run.order().artifacts().values().stream())
                .filter(one -> path.equals("/api/" + one.collection() + "/" + one.id() + "/compiled"))
                .findFirst()
                .map(one -> new Answer(
                        200, one.served(), new LinkedHashMap<>(Map.of("Content-Type", "application/json")), ""))
                .orElseThrow(() -> new ProblemReply(404, "not-found", "No such artifact."));
    }

    private ObjectNode heartbeats(JsonNode body) {
        ObjectNode answer = EventChain.object();
        ArrayNode list = answer.putArray("leases");
        for (JsonNode held : body.path("leases")) {
            String id = held.path("run_request_id").asString("");
            ObjectNode one = EventChain.object().put("run_request_id", id);
            try {
                one.setAll(run(id).heartbeat(held.path("lease_token").asString("")));
            } catch (ProblemReply e) {
                one.put("directive", "cancel")
                        .put("grace_seconds", FakeRun.SELF_ABORT_SECONDS)
                        .put("problem", e.slug());
            }
            list.add(one);
        }
        return answer;
    }

    private FakeRun run(String id) throws ProblemReply {
        return runs.stream()
                .filter(run -> run.order().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ProblemReply(404, "not-found", "No such run request."));
    }

    private Answer ofRun(Request request, JsonNode body) throws ProblemReply {
        FakeRun run = run(request.run());
        String id = run.order().id();
        String lease = request.lease();
        return switch (request.name()) {
            case "accepted" ->
                Answer.of(
                        200,
                        run.accept(
                                body.path("claim").isString()
                                        ? body.path("claim").stringValue()
                                        : null));
            case "started" -> {
                boolean replayed = run.start(lease, body);
                yield Answer.of(200, EventChain.object().put("id", id).put("status", "executing"))
                        .replayed(replayed);
            }
            case "heartbeat" -> Answer.of(200, run.heartbeat(lease));
            case "release" -> {
                run.release(lease);
                yield Answer.of(200, EventChain.object().put("id", id).put("status", "queued"));
            }
            case "events" ->
                Answer.of(200, EventChain.object().put("last_sequence", run.tell(lease, body.path("events"))));
            case "completed", "failed" -> result(run, request, body);
            case "traces", "trace-summary" -> Answer.of(201, EventChain.object().put("id", "trace_1"));
            case "evidence-observations" -> Answer.of(201, EventChain.object().put("id", "observation_1"));
            default -> throw new ProblemReply(404, "not-found", "There is nothing here.");
        };
    }

    private static Answer result(FakeRun run, Request request, JsonNode body) throws ProblemReply {
        String status = body.path("status").asString("");
        boolean failed = request.name().equals("failed");
        if (!body.path("run_request_id").asString("").equals(run.order().id())) {
            throw new ProblemReply(422, "invalid-body", "The document is about a different run.");
        }
        if (failed && !Arrays.asList("failed", "cancelled").contains(status)) {
            throw new ProblemReply(
                    422, "invalid-body", "'failed' accepts failed and cancelled; send other statuses to 'completed'.");
        }
        boolean replayed = run.end(request.lease(), request.body(), failed);
        return Answer.of(
                        200,
                        EventChain.object()
                                .put("id", "result_" + run.order().id().substring("runreq_".length()))
                                .put("run_request_id", run.order().id())
                                .put("status", status)
                                .put("claimed_status", status))
                .replayed(replayed);
    }
}
