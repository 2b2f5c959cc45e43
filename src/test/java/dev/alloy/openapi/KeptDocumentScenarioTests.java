package dev.alloy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Replicas;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI document and Swagger UI are written from bytes that are kept, and hold no thread. */
@AlloyTest
class KeptDocumentScenarioTests {

    /** More than Tomcat has threads. */
    private static final int READERS = 220;

    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v3/api-docs", "/v3/api-docs.yaml", "/swagger-ui/swagger-ui-bundle.js"})
    void whoeverDoesNotReadHoldsNoThread(String path) throws Exception {
        for (int i = 0; i < READERS; i++) {
            ask(path, "");
        }

        HttpRequest health =
                HttpRequest.newBuilder(uri("/actuator/health")).timeout(AT_ONCE).build();
        assertThat(CLIENT.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void whoReadsSlowlyGetsAllOfIt() throws Exception {
        byte[] whole = get("/swagger-ui/swagger-ui-bundle.js").body();
        Socket socket = ask("/swagger-ui/swagger-ui-bundle.js", "Connection: close\r\n");

        // By now the server has stopped in the middle of it.
        int first = socket.getInputStream().read();
        get("/v3/api-docs");
        byte[] rest = socket.getInputStream().readAllBytes();

        int body = new String(rest, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        assertThat(first).isEqualTo('H');
        assertThat(whole).hasSizeGreaterThan(1_000_000);
        assertThat(Arrays.copyOfRange(rest, body, rest.length)).isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v3/api-docs", "/v3/api-docs.yaml", "/swagger-ui/index.html"})
    void answersKeptBytesWithATagOfEachCoding(String path) throws Exception {
        HttpResponse<byte[]> plain = get(path);
        HttpResponse<byte[]> gzip = get(path, "Accept-Encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1");

        assertThat(header(plain, "Content-Encoding")).isNull();
        assertThat(header(gzip, "Content-Encoding")).isEqualTo("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(header(gzip, "ETag")).startsWith("\"sha256:").isNotEqualTo(header(plain, "ETag"));
        for (HttpResponse<byte[]> answer : List.of(plain, gzip)) {
            assertThat(header(answer, "Vary")).contains("Accept-Encoding");
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
            assertThat(header(answer, "Content-Length")).isEqualTo(String.valueOf(answer.body().length));
        }
        assertThat(get(path).body()).isEqualTo(plain.body());
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, true",
        "'deflate, GZIP', true",
        "x-gzip;q=0.5, true",
        "*, true",
        "gzip;q=0, false",
        "'gzip;q=0.000, *', false",
        "identity, false",
        "'', false",
        "'*;q=0', false",
        "';;,q=,', false"
    })
    void sendsGzipOnlyToWhoTakesIt(String accepted, boolean compressed) throws Exception {
        assertThat(header(get("/v3/api-docs", "Accept-Encoding", accepted), "Content-Encoding"))
                .isEqualTo(compressed ? "gzip" : null);
    }

    @Test
    void sendsNothingToWhoHasItAlready() throws Exception {
        String plain = header(get("/v3/api-docs"), "ETag");
        String gzip = String.valueOf(header(get("/v3/api-docs", "Accept-Encoding", "gzip"), "ETag"));

        HttpResponse<byte[]> known = get("/v3/api-docs", "If-None-Match", "\"older\", " + plain);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(plain);
        assertThat(get("/v3/api-docs", "If-None-Match", gzip, "Accept-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(304);
        assertThat(get("/v3/api-docs", "If-None-Match", gzip).statusCode()).isEqualTo(200);
    }

    @Test
    void isReadAndNothingElse() throws Exception {
        HttpRequest head = HttpRequest.newBuilder(uri("/v3/api-docs"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<byte[]> heading = CLIENT.send(head, BodyHandlers.ofByteArray());
        assertThat(heading.statusCode()).isEqualTo(200);
        assertThat(header(heading, "Content-Length"))
                .isEqualTo(String.valueOf(get("/v3/api-docs").body().length));

        Api.Answer refused = Api.on(port).post("/v3/api-docs", "{}").expect(405);
        assertThat(refused.problem()).isEqualTo("method-not-allowed");
        assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void saysTheSameInYaml() throws Exception {
        var json = JsonMapper.builder().build();
        Object yaml = new Yaml().load(new String(get("/v3/api-docs.yaml").body(), StandardCharsets.UTF_8));

        assertThat(json.readTree(json.writeValueAsBytes(yaml)).toString())
                .isEqualTo(json.readTree(get("/v3/api-docs").body()).toString());
    }

    @Test
    void weighsLittle() throws Exception {
        assertThat(get("/v3/api-docs", "Accept-Encoding", "gzip").body()).hasSizeLessThan(60_000);
        assertThat(Path.of("openapi.yaml"))
                .satisfies(file -> assertThat(Files.size(file)).isLessThan(400_000));
    }

    @Test
    void canBeSwitchedOff() {
        try (Replicas replicas = Replicas.start(1, Map.of("alloy.openapi.enabled", "false"))) {
            Api api = Api.on(replicas.port(0)).as(null);
            for (String path : List.of(
                    "/v3/api-docs",
                    "/v3/api-docs.yaml",
                    "/swagger-ui.html",
                    "/swagger-ui/index.html",
                    "/swagger-ui/swagger-ui-bundle.js")) {
                assertThat(api.get(path).expect(404).problem()).as(path).isEqualTo("not-found");
            }
        }
    }

    /** Asks, with room for a few bytes of the answer, and reads nothing. */
    private Socket ask(String path, String headers) throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(2048);
        socket.setSoTimeout((int) AT_ONCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: alloy\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<byte[]> answer = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isIn(200, 304);
        return answer;
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private static @Nullable String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }
}
