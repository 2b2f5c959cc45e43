package dev.alloy.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.Replicas;
import dev.alloy.testing.Statements;
import dev.alloy.testing.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A run's page is told when something happens, for as long as its reader may know. */
@AlloyTest
class LiveScenarioTests {

    private static final int FOLLOWERS = 120;
    private static final int OF_TOKEN = 40;
    private static final int SWEEPS_APART = 5;

    @LocalServerPort
    private int port;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aPageIsToldWhatHappensAndEndsWithTheRun() throws Exception {
        World world = World.on(port);
        World.Started started = world.startedRun();
        try (Browser browser = Browser.signedIn(port, world.token("ada", "\"view\"", ""))) {
            String page = browser.raw()
                    .get("/runs/" + started.run().path("id").asString())
                    .text();
            String after = page.replaceAll("(?s).*data-after=\"([0-9]+)\".*", "$1");
            BufferedReader stream = follow(port, started.run(), "?after=" + after, String.valueOf(browser.cookie()));
            tell(started, 1);
            assertThat(readUntil(stream, "event:")).as("only what is new").isEqualTo("event:runner.seen");
            started.complete();
            readUntil(stream, "event:completed_with_findings");
            readToTheEnd(stream);
        }
    }

    @Test
    void aStreamEndsWithItsSession() throws Exception {
        World world = World.on(port);
        World.Started started = world.startedRun();
        JsonNode token = world.token("ada", "\"view\"", "");
        try (Browser out = Browser.signedIn(port, token);
                Browser revoked = Browser.signedIn(port, token)) {
            BufferedReader ended = follow(port, started.run(), "", String.valueOf(out.cookie()));
            BufferedReader other = follow(port, started.run(), "", String.valueOf(revoked.cookie()));
            readUntil(ended, "event:executing");
            readUntil(other, "event:executing");

            world.admin().delete("/api/sessions/" + out.sessionId()).expect(204);
            readToTheEnd(ended);
            tell(started, 1);
            readUntil(other, "event:runner.seen");

            world.admin()
                    .delete("/api/access-tokens/" + token.path("id").asString())
                    .expect(204);
            readToTheEnd(other);
        }
    }

    @Test
    void whoIsNotSignedInIsToldSoAndSentNowhere() {
        World world = World.on(port);
        JsonNode run = world.queuedRun();
        Api nobody = Api.on(port).as(null).with("Accept", "text/event-stream");

        assertThat(nobody.get("/runs/" + run.path("id").asString() + "/events").status())
                .isEqualTo(401);
        assertThat(nobody.with("Cookie", "alloy=forged")
                        .get("/runs/" + run.path("id").asString() + "/events")
                        .status())
                .isEqualTo(401);
        assertThat(Api.on(port)
                        .with("Accept", "text/event-stream")
                        .get("/runs/" + run.path("id").asString() + "/events")
                        .status())
                .as("a bearer token opens no page")
                .isEqualTo(401);
    }

    /** Before, each stream asked for itself, twice a second. */
    @Test
    void allWhoFollowCostTheDatabaseAFewStatementsASecond() throws Exception {
        var statements = new Statements("run-streams");
        try (Replicas replicas = Replicas.start(statements)) {
            int own = replicas.port(0);
            World world = World.on(own);
            World.Started started = world.startedRun();
            List<BufferedReader> streams = new ArrayList<>();
            for (int person = 0; person < FOLLOWERS / OF_TOKEN; person++) {
                try (Browser browser = Browser.signedIn(own, world.token("person-" + person, "\"view\"", ""))) {
                    for (int i = 0; i < OF_TOKEN; i++) {
                        streams.add(follow(own, started.run(), "", String.valueOf(browser.cookie())));
                    }
                }
            }
            for (BufferedReader stream : streams) {
                readUntil(stream, "event:executing");
            }
            long begun = System.nanoTime();
            Statements.Sent sent = statements.during(() -> tellAll(started, streams));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);

            assertThat(sent.statements()).isNotEmpty();
            assertThat((long) sent.statements().size())
                    .as("statements in " + seconds + " s")
                    .isLessThanOrEqualTo(4 * (seconds + 2));
            assertThat(seconds)
                    .as("the bell tells; the sweeps alone would take " + SWEEPS_APART + " s a word")
                    .isLessThan(3 * SWEEPS_APART);
        }
    }

    /** Who gets no stream is told so at once, and the page asks instead, by itself, until there is one. */
    @Test
    void theStreamBeyondTheBoundIsRefusedAndThePageCanAskInstead() throws Exception {
        try (Replicas replicas = Replicas.start(1, Map.of("alloy.run.max-streams", "3"))) {
            int own = replicas.port(0);
            World world = World.on(own);
            World.Started started = world.startedRun();
            String path = "/runs/" + started.run().path("id").asString();
            try (Browser browser = Browser.signedIn(own, world.token("ada", "\"view\"", ""))) {
                String cookie = String.valueOf(browser.cookie());
                List<BufferedReader> streams = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    streams.add(follow(own, started.run(), "", cookie));
                }
                Api.Answer refused = Api.on(own)
                        .as(null)
                        .with("Accept", "text/event-stream", "Cookie", cookie)
                        .get(path + "/events");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotNull();

                tell(started, 1);
                Api.Answer asked =
                        browser.raw().with("Alloy-By-Itself", "redraw").get(path + "/events");
                assertThat(asked.expect(200).text()).contains("seen", "data-live=");
                for (BufferedReader stream : streams) {
                    readUntil(stream, "event:runner.seen");
                }

                started.complete();
                for (BufferedReader stream : streams) {
                    readToTheEnd(stream);
                }
                World.Started next = world.startedRun(World.intent("Next in " + world.project()));
                readUntil(follow(own, next.run(), "", cookie), "event:executing");
            }
        }
    }

    private static void tellAll(World.Started started, List<BufferedReader> streams) {
        try {
            for (int i = 1; i <= 4; i++) {
                tell(started, i);
                for (BufferedReader stream : streams) {
                    readUntil(stream, "event:runner.seen");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tell(World.Started started, int sequence) {
        started.lease()
                .post(
                        "events",
                        "{\"events\":[{\"sequence\":%d,\"type\":\"seen\",\"occurred_at\":\"2026-06-06T10:06:00Z\"}]}"
                                .formatted(sequence))
                .expect(200);
    }

    private BufferedReader follow(int server, JsonNode run, String query, String cookie) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server);
        sockets.add(socket);
        socket.setSoTimeout(15_000);
        socket.getOutputStream()
                .write(("GET /runs/" + run.path("id").asString() + "/events" + query
                                + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie
                                + "\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        readUntil(reader, "HTTP/1.1 200");
        return reader;
    }

    private static String readUntil(BufferedReader reader, String beginning) throws IOException {
        List<String> read = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            read.add(line);
        }
        throw new AssertionError("No line begins with " + beginning + ": " + read);
    }

    private static void readToTheEnd(BufferedReader reader) throws IOException {
        while (reader.readLine() != null) {
            // Until it ends, within the time that the socket is given.
        }
    }
}
