package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Bodies that are announced, come slowly or never, and that nobody reads, hold no thread. */
@AlloyTest
class UnreadBodyScenarioTests {

    /** More than Tomcat has threads. */
    private static final int SENDERS = 220;

    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @LocalServerPort
    private int port;

    private final List<Socket> sockets = new ArrayList<>();

    /** Swagger UI is prepared at its first call, whoever makes it; how long that takes is another question. */
    @BeforeEach
    void prepareSwaggerUi() {
        Api.on(port).get("/swagger-ui/index.html").expect(200);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/projects, Content-Length: 1000000",
        "POST, /api/projects, Transfer-Encoding: chunked",
        "POST, /api/projects, Content-Length: 3000000",
        "GET, /actuator/health, Content-Length: 1000000",
        "POST, /api/projects, Content-Length: 20",
        "GET, /actuator/health, Transfer-Encoding: chunked",
        "GET, /swagger-ui/index.html, Content-Length: 1000000",
        "POST, /nowhere, Content-Length: 1000000",
    })
    void whoeverHasNoCredentialHoldsNoThread(String method, String path, String announced) throws Exception {
        send(method, path, announced + "\r\nContent-Type: application/x-www-form-urlencoded");

        assertAnswersAtOnce();
        assertAllAreEnded();
    }

    /** A form is read before anybody knows who sends it. */
    @Test
    void aFormThatDoesNotComeHoldsNoThread() throws Exception {
        String headers = "Host: localhost\r\nAccept: text/html\r\nCookie: alloy-sign-in=" + "a".repeat(64)
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        for (String announced : List.of("Content-Length: 60000", "Transfer-Encoding: chunked")) {
            for (int i = 0; i < SENDERS / 2; i++) {
                write(open(), "POST /sign-in HTTP/1.1\r\n" + headers + announced + "\r\n\r\n1");
            }
        }

        assertAnswersAtOnce();
    }

    @Test
    void aFormThatComesSlowlyIsRead() throws Exception {
        Socket socket = open();
        String body = "token=nonsense&next=%2Fruns&form=wrong";
        write(
                socket,
                "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: alloy-sign-in="
                        + "a".repeat(64) + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                        + body.length() + "\r\n\r\n");
        assertAnswersAtOnce();
        for (char one : body.toCharArray()) {
            write(socket, String.valueOf(one));
        }

        assertThat(answer(socket.getInputStream()))
                .startsWith("HTTP/1.1 403")
                .contains("This page did not show you this form");
    }

    @ParameterizedTest
    @CsvSource({"GET, /api/projects", "GET, /api/whoami", "OPTIONS, /api/runners"})
    void whoMayOnlyLookHoldsNoThreadEither(String method, String path) throws Exception {
        String token =
                World.on(port).token("vera", "\"view\"", "").path("token").asString();

        send(
                method,
                path,
                "Authorization: Bearer " + token + "\r\nContent-Length: 1000000\r\nContent-Type: text/plain");

        assertAnswersAtOnce();
        assertAllAreEnded();
    }

    @Test
    void aRefusedBodyThatHasComeLeavesTheConnectionOpen() throws Exception {
        Socket socket = open();
        for (int call = 0; call < 2; call++) {
            write(
                    socket,
                    "POST /api/projects HTTP/1.1\r\nHost: alloy\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello");

            assertThat(answer(socket.getInputStream()))
                    .startsWith("HTTP/1.1 401")
                    .doesNotContain("Connection: close");
        }
    }

    @Test
    void whoSendsTooMuchReadsWhy() throws Exception {
        Api admin = World.on(port).admin();

        for (int bytes : new int[] {1_100_000, 3_000_000}) {
            assertThat(admin.post("/api/projects", "x".repeat(bytes))
                            .expect(413)
                            .problem())
                    .isEqualTo("payload-too-large");
        }
    }

    /** Heads, and one byte of the body each. */
    private void send(String method, String path, String headers) throws IOException {
        for (int i = 0; i < SENDERS; i++) {
            write(open(), method + " " + path + " HTTP/1.1\r\nHost: alloy\r\n" + headers + "\r\n\r\n1");
        }
    }

    private Socket open() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout((int) AT_ONCE.toMillis());
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private void assertAnswersAtOnce() throws Exception {
        HttpResponse<String> health = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health"))
                                .timeout(AT_ONCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(health.statusCode()).isEqualTo(200);
    }

    /** Each was answered, and its connection is over. */
    private void assertAllAreEnded() throws IOException {
        for (Socket socket : sockets) {
            String answered = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answered).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 500");
        }
    }

    /** One answer with a Content-Length, or chunks that end. */
    private static String answer(InputStream in) throws IOException {
        var read = new StringBuilder();
        while (!read.toString().endsWith("\r\n0\r\n\r\n") && !isComplete(read.toString())) {
            int one = in.read();
            if (one < 0) {
                break;
            }
            read.append((char) one);
        }
        return read.toString();
    }

    private static boolean isComplete(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        int length = answer.indexOf("Content-Length: ");
        return body > 3
                && length > 0
                && answer.length() - body
                        == Integer.parseInt(answer.substring(length + 16, answer.indexOf('\r', length)));
    }
}
