package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The history of a run: what it did, what its runner told, as a list and as a stream. */
@AlloyTest
class RunEventScenarioTests {

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void aRunsHistoryIsListedNewestFirst() {
        World.Started started = world.startedRun();
        started.complete();

        JsonNode events =
                world.admin().get(path(started.run()) + "/events").expect(200).json();

        assertThat(events.path("items").findValuesAsString("type"))
                .containsExactly("completed_with_findings", "executing", "accepted", "offered", "queued", "requested");
        JsonNode page = world.admin()
                .get(path(started.run()) + "/events?limit=4")
                .expect(200)
                .json();
        assertThat(world.admin()
                        .get(path(started.run()) + "/events?limit=4&cursor="
                                + page.path("next_cursor").asString())
                        .expect(200)
                        .json()
                        .path("items")
                        .findValuesAsString("type"))
                .containsExactly("queued", "requested");
    }

    @Test
    void whatIsToldWhileARunEndsIsKeptOrRefused() {
        for (int round = 0; round < 6; round++) {
            JsonNode run = world.queuedRun(World.intent("Ends " + round));
            RunnerClient runner = world.anotherRunner(1);
            World.Started started = new World.Started(run, runner.start(run));
            List<Api.Answer> answers = Together.run(List.<Callable<Api.Answer>>of(
                    () -> tell(started, IntStream.rangeClosed(1, 60).toArray()),
                    () -> started.lease().post("completed", World.result(run))));

            assertThat(answers.get(0).status()).isIn(200, 409);
            answers.get(1).expect(200);
            if (answers.get(0).status() == 409) {
                assertThat(answers.get(0).problem()).isIn("invalid-transition", "lease-expired");
            }
        }
    }

    @Test
    void whatARunnerTellsIsKeptOnceAndInOrder() {
        World.Started started = world.startedRun();

        assertThat(tell(started, 1, 2).expect(200).json().path("last_sequence").asInt())
                .isEqualTo(2);
        assertThat(tell(started, 1, 2, 3)
                        .expect(200)
                        .json()
                        .path("last_sequence")
                        .asInt())
                .isEqualTo(3);
        Api.Answer gap = tell(started, 4, 6).expect(409);
        assertThat(gap.problem()).isEqualTo("sequence-gap");
        assertThat(gap.json().path("expected").asInt()).isEqualTo(5);
        assertThat(tell(started, 4).expect(200).json().path("last_sequence").asInt())
                .isEqualTo(4);

        List<Integer> kept = new ArrayList<>();
        world.admin()
                .get(path(started.run()) + "/events")
                .expect(200)
                .json()
                .path("items")
                .forEach(event -> {
                    if (event.path("type").asString().equals("runner.block_executed")) {
                        kept.add(event.path("sequence").asInt());
                        assertThat(event.at("/detail/payload/block").asString()).isEqualTo("Assess Project");
                    }
                });
        assertThat(kept).containsExactly(4, 3, 2, 1);
    }

    @Test
    void anotherAttemptTellsFromTheBeginning() {
        JsonNode run = world.queuedRun();
        RunnerClient.Lease first = world.firstRunner().accept(run);
        first.post("events", events(1)).expect(200);
        first.post("release", "{\"reason\":\"r\"}").expect(200);

        assertThat(first.post("events", events(2)).expect(409).problem()).isIn("lease-expired", "invalid-transition");
        RunnerClient.Lease second = world.firstRunner().accept(run);
        second.post("events", events(1)).expect(200);
        assertThat(first.post("events", events(2)).expect(409).problem()).isEqualTo("lease-superseded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"events\":[]}",
                "{\"events\":[{\"sequence\":0,\"type\":\"a\",\"occurred_at\":\"2030-01-31T12:00:00Z\"}]}",
                "{\"events\":[{\"sequence\":1e21,\"type\":\"a\",\"occurred_at\":\"2030-01-31T12:00:00Z\"}]}",
                "{\"events\":[{\"sequence\":1,\"type\":\"A b\",\"occurred_at\":\"2030-01-31T12:00:00Z\"}]}",
                "{\"events\":[{\"sequence\":1,\"type\":\"a\",\"occurred_at\":\"2030-01-31T12:00:00\"}]}",
                "{\"events\":[{\"sequence\":1,\"type\":\"a\",\"occurred_at\":\"2030-01-31T12:00:00Z\",\"payload\":[]}]}"
            })
    void whatIsNoEventIsRefused(String body) {
        World.Started started = world.startedRun();

        assertThat(started.lease().post("events", body).expect(422).problem()).isEqualTo("invalid-body");
    }

    @Test
    void aStreamEndsWithTheRunAndGoesOnWhereItWasLeft() throws Exception {
        World.Started started = world.startedRun();
        started.complete();

        List<String> all = stream(started.run(), null);
        List<String> ids = values(all, "id:");
        assertThat(values(all, "event:"))
                .containsExactly("requested", "queued", "offered", "accepted", "executing", "completed_with_findings");
        List<String> rest = stream(started.run(), ids.get(3));
        assertThat(values(rest, "event:")).containsExactly("executing", "completed_with_findings");
        assertThat(values(rest, "data:").get(0)).contains("\"to_status\":\"executing\"");
    }

    @Test
    void aStreamShowsWhatHappensWhileItIsOpen() throws Exception {
        World.Started started = world.startedRun();
        HttpResponse<InputStream> open = open(started.run(), null);
        var reader = new BufferedReader(new InputStreamReader(open.body(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (!line.equals("event:executing")) {
            line = reader.readLine();
        }

        started.complete();

        while (line != null && !line.equals("event:completed_with_findings")) {
            line = reader.readLine();
        }
        assertThat(line).isEqualTo("event:completed_with_findings");
        while (line != null) {
            line = reader.readLine();
        }
    }

    @Test
    void aStreamOfNothingOrFromNowhereIsRefused() {
        JsonNode run = world.queuedRun();
        Api api = world.admin().with("Accept", "text/event-stream, application/problem+json");

        assertThat(api.with("Last-Event-ID", "x")
                        .get(path(run) + "/events")
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-parameter");
        assertThat(World.on(port)
                        .person("eve", "\"view\"")
                        .with("Accept", "text/event-stream")
                        .get(path(run) + "/events")
                        .status())
                .isEqualTo(404);
    }

    private List<String> stream(JsonNode run, @Nullable String lastId) throws Exception {
        var reader = new BufferedReader(new InputStreamReader(open(run, lastId).body(), StandardCharsets.UTF_8));
        return reader.lines().toList();
    }

    private HttpResponse<InputStream> open(JsonNode run, @Nullable String lastId) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path(run) + "/events"))
                .header("Authorization", "Bearer " + Api.BOOTSTRAP_TOKEN)
                .header("Accept", "text/event-stream");
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static List<String> values(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()))
                .toList();
    }

    private static Api.Answer tell(World.Started started, int... sequences) {
        return started.lease().post("events", events(sequences));
    }

    private static String events(int... sequences) {
        List<String> events = new ArrayList<>();
        for (int sequence : sequences) {
            events.add("""
                    {"sequence":%d,"type":"block_executed","occurred_at":"2026-06-06T10:06:00Z",
                     "payload":{"block":"Assess Project"}}""".formatted(sequence));
        }
        return "{\"events\":[" + String.join(",", events) + "]}";
    }

    private static String path(JsonNode run) {
        return RunnerClient.path(run);
    }
}
