package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Traces of runs: kept as they are, believed only where they are the run's. */
@AlloyTest
class TraceScenarioTests {

    private static final String TRACES = "/traces?trace_format=foundry.process_result";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode run;
    private String traceId;
    private RunnerClient.Lease lease;

    @BeforeEach
    void start() {
        world = World.on(port);
        run = world.queuedRun();
        traceId = world.firstRunner().offered(run).path("trace_id").asString();
        lease = world.firstRunner().acceptOffered(run, "{}").start();
    }

    private String path(String more) {
        return RunnerClient.path(run) + more;
    }

    private TraceFile ours() {
        return TraceFile.ofDryRun(traceId, world.project());
    }

    @Test
    void keepsATraceAndSumsItUp() {
        TraceFile file = ours();

        Api.Answer answer = lease.api().post(path(TRACES), file.text());

        JsonNode taken = answer.expect(201).json();
        assertThat(taken.path("matches_run").booleanValue()).isTrue();
        assertThat(taken.path("believed").booleanValue()).isTrue();
        assertThat(taken.path("mismatches")).isEmpty();
        assertThat(taken.path("event_ids_verified").booleanValue()).isTrue();
        assertThat(taken.path("size_bytes").intValue()).isEqualTo(file.text().length());
        assertThat(taken.at("/summary/mutators_simulated/0").asString()).isEqualTo("Execute Plan");
        assertThat(taken.at("/summary/correlation/run_request_id")).isEqualTo(run.path("id"));
        String location = Objects.requireNonNull(answer.header("Location"));
        assertThat(world.admin().get(location).expect(200).json()).isEqualTo(taken);
        Api.Answer raw = world.admin().get(location + "/raw").expect(200);
        assertThat(raw.text()).isEqualTo(file.text());
        assertThat(raw.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(raw.header("Content-Disposition")).startsWith("attachment");
        assertThat(raw.header("X-Content-Type-Options")).isEqualTo("nosniff");
        JsonNode listed = world.admin().get(path("/traces")).expect(200).json().at("/items/0");
        assertThat(listed.path("id")).isEqualTo(taken.path("id"));
        assertThat(listed.at("/summary/mutators_simulated")).isEqualTo(taken.at("/summary/mutators_simulated"));
        assertThat(listed.at("/summary/errors").isMissingNode()).as("the gist").isTrue();
    }

    @Test
    void answersTheSameBytesAlikeHoweverTheyAreSent() throws IOException {
        TraceFile file = ours();
        JsonNode first = lease.api().post(path(TRACES), file.text()).expect(201).json();

        Api.Answer again = lease.api()
                .with("Content-Encoding", "gzip")
                .send("POST", path(TRACES), gzip(file.text()), "application/json");

        assertThat(again.expect(200).json()).isEqualTo(first);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(world.admin().get(path("/traces")).expect(200).json().path("items"))
                .hasSize(1);
    }

    private static byte[] gzip(String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void takesTracesBeyondTheLimitOfOtherBodies() {
        TraceFile file = ours().block("Summarize Result", true, "done");
        ((ObjectNode) file.tree().at("/block_executions/0")).put("raw_output", "x".repeat(3 << 20));

        JsonNode taken = lease.api().post(path(TRACES), file.text()).expect(201).json();

        assertThat(taken.path("believed").booleanValue()).isTrue();
        assertThat(world.admin()
                        .get("/api/trace-imports/" + taken.path("id").asString() + "/raw")
                        .expect(200)
                        .text())
                .isEqualTo(file.text());
    }

    @ParameterizedTest
    @CsvSource({"trace_id, trace id", "project, project", "throttle, throttle"})
    void storesAndMarksWhatIsAnotherRuns(String member, String word) {
        TraceFile file = ours();
        file.tree().path("events").forEach(event -> ((ObjectNode) event)
                .put(member, member.equals("throttle") ? "full" : "other"));

        JsonNode taken = lease.api().post(path(TRACES), file.text()).expect(201).json();

        assertThat(taken.path("matches_run").booleanValue()).isFalse();
        assertThat(taken.path("believed").booleanValue()).isFalse();
        assertThat(taken.at("/mismatches/0").asString()).contains(word);
    }

    @Test
    void doesNotBelieveATraceThatWasChanged() {
        JsonNode taken = lease.api()
                .post(path(TRACES), ours().text().replace("\"exit_code\" : 0", "\"exit_code\" : 3"))
                .expect(201)
                .json();

        assertThat(taken.path("event_ids_verified").booleanValue()).isFalse();
        assertThat(taken.path("matches_run").booleanValue()).isTrue();
        assertThat(taken.path("believed").booleanValue()).isFalse();
    }

    @Test
    void takesASummaryAndThePrintedText() {
        JsonNode summary = lease.api()
                .post(path("/trace-summary"), """
                        {"schema_version":"alloy.trace_summary.v1","entry_event":"iteration_requested","more":"Bearer SECRETCANARY0123456789",
                         "correlation":{"trace_id":"%s"}}""".formatted(traceId))
                .expect(201)
                .json();
        assertThat(summary.path("trace_format").asString()).isEqualTo("alloy.trace_summary.v1");
        assertThat(summary.path("believed").booleanValue()).isTrue();
        assertThat(summary.path("event_ids_verified").isNull()).isTrue();
        assertThat(summary.path("unchecked").valueStream().map(JsonNode::asString))
                .containsExactly("project", "throttle");
        assertThat(summary.toString()).doesNotContain("SECRETCANARY");

        String text = "trace: " + traceId + "\niteration_requested (evt_b86aa114ecb6e9fe98a6893b) project="
                + world.project() + "\n---\n";
        JsonNode printed = lease.api()
                .send(
                        "POST",
                        path("/traces?trace_format=foundry.cli_text"),
                        text.getBytes(StandardCharsets.UTF_8),
                        "text/plain")
                .expect(201)
                .json();
        assertThat(printed.path("matches_run").booleanValue()).isTrue();
        assertThat(printed.path("unchecked").valueStream().map(JsonNode::asString))
                .containsExactly("throttle");
    }

    private String evidence() {
        return world.admin()
                .get(path("/evidence"))
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("kind").asString().equals("trace"))
                .map(item -> item.path("status").asString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keepsABoundedNumberAndBoundedSummaries() {
        TraceFile file = new TraceFile(traceId, world.project(), "dry_run").event("iteration_requested", "{}");
        String results = ("{\"command\":\"c\",\"exit_code\":1,\"name\":\"" + "\u20ac".repeat(190) + "\",\"output\":\""
                        + "\u20ac".repeat(990) + "\",\"passed\":false,\"required\":true},")
                .repeat(200);
        for (int i = 0; i < 10; i++) {
            file.event(
                    "preflight_completed",
                    "{\"all_passed\":false,\"required_passed\":false,\"results\":["
                            + results.substring(0, results.length() - 1) + "]}");
        }
        Api.Answer taken = lease.api().post(path(TRACES), file.text()).expect(201);
        assertThat(taken.bytes().length).isLessThan(500_000);
        assertThat(taken.json().at("/summary/counts/left_out").intValue()).isPositive();
        for (int i = 1; i < 20; i++) {
            lease.api()
                    .post(path(TRACES), ours().block("Block " + i, true, "done").text())
                    .expect(201);
        }

        String last = ours().block("Block 1", true, "done").text();
        assertThat(lease.api()
                        .post(
                                path(TRACES),
                                ours().block("One too many", true, "done").text())
                        .expect(409)
                        .problem())
                .isEqualTo("too-many-traces");
        lease.api().post(path(TRACES), last).expect(200);
        assertThat(world.admin().get(path("/traces")).expect(200).bytes().length)
                .isLessThan(200_000);
    }

    @Test
    void doesNotBelieveAnIdThatCannotBeChecked() {
        TraceFile file = ours().event("retry_requested", "{\"a\":0.5}");
        ((ObjectNode) file.tree().at("/events/2")).put("id", "evt_" + "0".repeat(24));

        JsonNode taken = lease.api().post(path(TRACES), file.text()).expect(201).json();

        assertThat(taken.path("event_ids_verified").isNull()).isTrue();
        assertThat(taken.path("believed").booleanValue()).isFalse();
    }

    @Test
    void decidesEvidenceThatAsksForATrace() {
        lease.post("completed", World.result(run)).expect(200);
        assertThat(evidence()).isEqualTo("unknown");

        TraceFile vacuous = new TraceFile(traceId, world.project(), "dry_run")
                .event("iteration_requested", "{}")
                .event("gate_verification_completed", "{\"all_passed\":true,\"required_passed\":true,\"results\":[]}");
        lease.api().post(path(TRACES), vacuous.text()).expect(201);
        assertThat(evidence()).as("no gates ran").isEqualTo("unknown");

        TraceFile foreign = new TraceFile("other", world.project(), "dry_run")
                .event("iteration_requested", "{}")
                .verification(true);
        lease.api().post(path(TRACES), foreign.text()).expect(201);
        assertThat(evidence()).as("another run's").isEqualTo("unknown");

        lease.api()
                .post(
                        path(TRACES),
                        ours().verification(false).verification(true).text())
                .expect(201);
        assertThat(evidence()).as("the last verification passed").isEqualTo("passing");

        lease.api().post(path(TRACES), ours().verification(false).text()).expect(201);
        assertThat(evidence()).as("the newest trace counts").isEqualTo("failing");

        lease.api()
                .post(
                        path(TRACES),
                        vacuous.block("Summarize Result", true, "done").text())
                .expect(201);
        assertThat(evidence()).as("a silent trace takes nothing back").isEqualTo("failing");
    }

    @Test
    void goesByTheRootEventWhereFoundryWasDrivenOtherwise() {
        Api.Answer installation = world.admin()
                .get("/api/foundry-installations/" + world.installation())
                .expect(200);
        world.admin()
                .with("If-Match", Objects.requireNonNull(installation.header("ETag")))
                .patch("/api/foundry-installations/" + world.installation(), "{\"connection_type\":\"cli_bridge\"}")
                .expect(200);
        TraceFile file = TraceFile.ofDryRun(null, world.project());
        JsonNode early = lease.api().post(path(TRACES), file.text()).expect(201).json();
        assertThat(early.path("matches_run").booleanValue())
                .as("no Foundry run reported yet")
                .isFalse();

        lease.post("completed", World.result(run).put("foundry_run_id", file.root()))
                .expect(200);

        JsonNode later = world.admin()
                .get("/api/trace-imports/" + early.path("id").asString())
                .expect(200)
                .json();
        assertThat(later.path("matches_run").booleanValue()).isTrue();
        assertThat(later.path("believed").booleanValue()).isTrue();
    }

    @Test
    void isReachedByFoundrysOwnIdOfTheRun() {
        TraceFile file = ours();
        String foundryRun = "evt_" + run.path("id").asString().substring(9, 33).toLowerCase(Locale.ROOT);
        String traces = "/api/foundry-runs/" + foundryRun + TRACES;
        assertThat(lease.api().post(traces, file.text()).expect(404).problem()).isEqualTo("not-found");
        lease.post("completed", World.result(run).put("foundry_run_id", foundryRun))
                .expect(200);

        assertThat(lease.api().post(traces, file.text()).expect(201).json().path("run_request_id"))
                .isEqualTo(run.path("id"));
        assertThat(World.on(port)
                        .person("cas", "\"view\",\"compile_briefs\"")
                        .post(traces, file.text())
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");

        JsonNode second = world.queuedRun(World.intent("Run once more"));
        world.firstRunner()
                .start(second)
                .post("completed", World.result(second).put("foundry_run_id", foundryRun))
                .expect(200);
        JsonNode ambiguous = lease.api().post(traces, file.text()).expect(409).json();
        assertThat(ambiguous.path("type").asString()).endsWith("/ambiguous-foundry-run");
        assertThat(ambiguous.path("run_request_ids")).hasSize(2);
    }

    @Test
    void saysWhereATraceIsCutOff() {
        String text = ours().text();

        JsonNode refused = lease.api()
                .post(path(TRACES), text.substring(0, text.length() / 2))
                .expect(400)
                .json();

        assertThat(refused.path("type").asString()).endsWith("/malformed-json");
        assertThat(refused.path("detail").asString()).contains("cut off after", "line ", "/events/");
        assertThat(world.admin().get(path("/traces")).expect(200).json().path("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/traces, application/json, 400, invalid-parameter",
        "/traces?trace_format=foundry.protobuf, application/json, 400, invalid-parameter",
        "/traces?trace_format=foundry.process_result, application/x-protobuf, 415, unsupported-media-type",
        "/traces?trace_format=foundry.process_result, text/plain; charset=utf-16, 415, unsupported-media-type",
        "/traces?trace_format=alloy.trace_summary.v1, application/json, 422, invalid-body",
        "/traces?trace_format=foundry.cli_text, application/json, 422, unreadable-trace",
        "/trace-summary, application/json, 422, invalid-body",
    })
    void refusesOtherForms(String more, String contentType, int status, String problem) {
        byte[] bytes = ours().text().getBytes(StandardCharsets.UTF_8);

        assertThat(lease.api()
                        .send("POST", path(more), bytes, contentType)
                        .expect(status)
                        .problem())
                .isEqualTo(problem);
        assertThat(world.admin().get(path("/traces")).expect(200).json().path("items"))
                .isEmpty();
    }

    @Test
    void isForThoseWhoMay() {
        String text = ours().text();

        assertThat(world.person("ann", "\"view\"")
                        .post(path(TRACES), text)
                        .expect(403)
                        .problem())
                .isEqualTo("authority-missing");
        assertThat(world.anotherRunner(1)
                        .api()
                        .post(path(TRACES), text)
                        .expect(403)
                        .problem())
                .isEqualTo("authority-missing");
        assertThat(World.on(port)
                        .person("cas", "\"view\",\"compile_briefs\"")
                        .post(path(TRACES), text)
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
        assertThat(world.person("ben", "\"view\",\"compile_briefs\"")
                        .post(path(TRACES), text)
                        .expect(201)
                        .json()
                        .path("imported_by")
                        .asString())
                .isEqualTo("ben");
    }

    @Test
    void refusesBombs() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            byte[] spaces = new byte[1 << 20];
            Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 60; i++) {
                gzip.write(spaces);
            }
        }

        Api.Answer refused = lease.api()
                .with("Content-Encoding", "gzip")
                .send("POST", path(TRACES), out.toByteArray(), "application/json");

        assertThat(refused.expect(413).problem()).isEqualTo("payload-too-large");
        assertThat(refused.json().path("detail").asString()).contains("52428800");
    }

    @Test
    void refusesWhatFollowsTheGzip() throws IOException {
        byte[] packed = gzip(ours().text());
        byte[] more = Arrays.copyOf(packed, packed.length + 3);

        assertThat(lease.api()
                        .with("Content-Encoding", "gzip")
                        .send("POST", path(TRACES), more, "application/json")
                        .expect(400)
                        .problem())
                .isEqualTo("malformed-json");
    }
}
