package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** No stream of a run's history ends, delays or outlives what it must not. */
@AlloyTest
class RunStreamScenarioTests {

    private static final int OF_TOKEN = 50;
    private static final int RESET = 120;
    private static final int SECONDS = 15;

    @LocalServerPort
    private int port;

    private final List<Socket> sockets = new ArrayList<>();
    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void streamsThatAreResetEndNobodyElses() throws Exception {
        World.Started started = world.startedRun();
        BufferedReader watched = reader(open(started.run(), token("watcher")));
        readUntil(watched, "event:executing");
        String[] tokens = {token("a"), token("b"), token("c")};

        for (int i = 0; i < RESET; i++) {
            Socket socket = open(started.run(), tokens[i % tokens.length]);
            readUntil(reader(socket), "HTTP/1.1 200 ");
            socket.setSoLinger(true, 0);
            socket.close();
        }
        started.lease()
                .post(
                        "events",
                        "{\"events\":[{\"sequence\":1,\"type\":\"seen\",\"occurred_at\":\"2026-06-06T10:06:00Z\"}]}")
                .expect(200);

        readUntil(watched, "event:runner.seen");
        started.complete();
        readUntil(watched, "event:completed_with_findings");
    }

    /** Else its follower would know for a quarter of a minute not whether it follows. */
    @Test
    void aStreamOfWhatIsQuietBeginsAtOnce() throws Exception {
        BufferedReader stream = reader(open(world.request(world.brief()), token("patient"), 1_000_000));
        readUntil(stream, "HTTP/1.1 200 ");

        String line = Objects.requireNonNull(stream.readLine());
        while (!line.startsWith(":")) {
            line = Objects.requireNonNull(stream.readLine());
        }

        assertThat(line).isEqualTo(":following");
    }

    @Test
    void aStreamEndsSoonAfterItsTokenWasRevoked() throws Exception {
        World.Started started = world.startedRun();
        JsonNode token = world.token("gone", "\"view\"", "");
        BufferedReader stream = reader(open(started.run(), token.path("token").asString()));
        readUntil(stream, "event:executing");

        world.admin()
                .delete("/api/access-tokens/" + token.path("id").asString())
                .expect(204);

        while (stream.readLine() != null) {
            // Until it ends, within the time that the socket is given.
        }
    }

    @Test
    void aTokenHasAShareOfTheStreams() throws Exception {
        World.Started started = world.startedRun();
        String token = token("greedy");
        for (int i = 0; i < OF_TOKEN; i++) {
            readUntil(reader(open(started.run(), token)), "HTTP/1.1 200 ");
        }

        readUntil(reader(open(started.run(), token)), "HTTP/1.1 429 ");
        readUntil(reader(open(started.run(), token("modest"))), "HTTP/1.1 200 ");
    }

    private String token(String name) {
        return world.token(name, "\"view\"", "").path("token").asString();
    }

    private Socket open(JsonNode run, String token) throws IOException {
        return open(run, token, 0);
    }

    private Socket open(JsonNode run, String token, long after) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout(SECONDS * 1000);
        socket.getOutputStream()
                .write(("GET " + RunnerClient.path(run)
                                + "/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\nLast-Event-ID: " + after
                                + "\r\nAccept: text/event-stream, application/problem+json\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void readUntil(BufferedReader reader, String beginning) throws IOException {
        List<String> read = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(beginning)) {
                return;
            }
            read.add(line);
        }
        assertThat(read).as("a line that begins with " + beginning).isEmpty();
    }
}
