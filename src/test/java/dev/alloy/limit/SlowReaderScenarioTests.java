package dev.alloy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Await;
import dev.alloy.testing.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers that are asked for and not read hold no thread, no place and no connection of the database. */
@AlloyTest
@ExtendWith(OutputCaptureExtension.class)
class SlowReaderScenarioTests {

    /** More than Tomcat has threads. */
    private static final int READERS = 220;

    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    /** A thread that waits for a reader would do so for 20 seconds. */
    private static final Duration BEFORE_A_WRITE_ENDS = Duration.ofSeconds(15);

    @LocalServerPort
    private int port;

    @Autowired
    private ServletWebServerApplicationContext server;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void whoeverHasNoCredentialHoldsNoThread() throws Exception {
        askAndDoNotRead("/swagger-ui/swagger-ui-bundle.js", "");

        assertHealthAtOnce();
    }

    private void assertHealthAtOnce() throws Exception {
        assertHealth(AT_ONCE);
    }

    private void assertHealth(Duration within) throws Exception {
        HttpResponse<String> health = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health"))
                                .timeout(within)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(health.statusCode()).isEqualTo(200);
    }

    /** The kernel takes some answers that are not read; the next one would hold the thread that writes it. */
    @Test
    void whoeverGoesOnAskingWithoutReadingHoldsNoThread() throws Exception {
        byte[] asked = "GET /assets/console.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .repeat(60)
                .getBytes(StandardCharsets.US_ASCII);
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < READERS; i++) {
                SocketChannel channel = SocketChannel.open();
                channels.add(channel);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, 2048);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.configureBlocking(false);
                channel.write(ByteBuffer.wrap(asked));
            }

            assertHealth(BEFORE_A_WRITE_ENDS);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** By a reset, or with an orderly end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverBreaksOffLeavesNoErrorInTheLog(boolean reset, CapturedOutput log) throws Exception {
        for (String path : List.of("/swagger-ui/swagger-ui-bundle.js", "/v3/api-docs")) {
            askAndDoNotRead(path, "");
        }
        assertHealthAtOnce();
        for (Socket socket : sockets) {
            socket.setSoLinger(reset, 0);
            socket.close();
        }
        var tomcat = (TomcatWebServer) Objects.requireNonNull(server.getWebServer());
        var threads = (ThreadPoolExecutor)
                tomcat.getTomcat().getConnector().getProtocolHandler().getExecutor();
        Await.until(() -> threads.getActiveCount() == 0);

        assertThat(log.getAll()
                        .lines()
                        .filter(line -> line.contains(" ERROR ")
                                && !line.contains("testcontainers")
                                && !line.contains("DockerClient")))
                .isEmpty();
    }

    @Test
    void whoMayOnlyLookKeepsNobodyWaiting() throws Exception {
        World world = World.on(port);
        JsonNode brief = world.brief(large());
        String path = "/api/formation-briefs/" + brief.path("id").asString() + "/compiled";
        String token = world.token("vera", "\"view\"", "").path("token").asString();
        assertThat(Api.on(port).as(token).get(path).expect(200).text().length()).isGreaterThan(300_000);

        askAndDoNotRead(path, "Authorization: Bearer " + token + "\r\n");

        world.runnerApi()
                .post("/api/runners/" + world.runner() + "/heartbeat", "{\"leases\":[]}")
                .expect(200);
        world.person("other", "\"view\"").get("/api/projects").expect(200);
        // Even to those who do not read, as long as they ask for little.
        Api.on(port).as(token).get("/api/projects").expect(200);
        // And nobody keeps for them what they do not read.
        Await.until(() -> Api.on(port).as(token).get(path).problem().equals("too-many-at-once"));
    }

    @Test
    void anAnswerIsSentWholeHoweverSlowlyItIsRead() throws Exception {
        World world = World.on(port);
        JsonNode brief = world.brief(large());
        String path = "/api/formation-briefs/" + brief.path("id").asString() + "/compiled";
        String token = world.token("vera", "\"view\"", "").path("token").asString();
        String whole = world.admin().get(path).expect(200).text();
        try (Socket socket = open()) {
            ask(socket, path, "Connection: close\r\nAuthorization: Bearer " + token + "\r\n");
            var in = socket.getInputStream();
            var read = new StringBuilder();
            byte[] piece = new byte[700];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                read.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
            }
            assertThat(read.toString()).startsWith("HTTP/1.1 200").endsWith(whole);
        }
    }

    private static ObjectNode large() {
        ObjectNode intent = World.intent("Large.");
        ObjectNode payload = ((ObjectNode) intent.path("foundry")).putObject("payload");
        for (int i = 0; i < 150; i++) {
            payload.put("note_" + i, "n".repeat(2_500));
        }
        return intent;
    }

    private void askAndDoNotRead(String path, String headers) throws IOException {
        for (int i = 0; i < READERS; i++) {
            Socket socket = open();
            sockets.add(socket);
            ask(socket, path, headers);
        }
    }

    private static void ask(Socket socket, String path, String headers) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes little before it is read. */
    private Socket open() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.setSoTimeout((int) AT_ONCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }
}
