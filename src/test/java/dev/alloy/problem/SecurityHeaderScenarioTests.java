package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Every answer tells browsers to be careful, whoever gives it. */
@AlloyTest
class SecurityHeaderScenarioTests {

    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({
        "/api/whoami, 200",
        "/api/projects/nowhere, 404",
        "/nowhere, 404",
        "/problems, 200",
        "/problems/not-found, 200",
        "/schemas/alloy.formation_brief.v1.json, 200",
        "/v3/api-docs, 200",
        "/actuator/health, 200",
        "/actuator/env, 404",
        "/api/audit-events, 200"
    })
    void nothingOfOursLoadsAnything(String path, int status) {
        Api.Answer answer = Api.on(port).get(path).expect(status);

        assertThat(answer.header("Content-Security-Policy")).isEqualTo(NOTHING);
        assertCareful(answer);
    }

    @Test
    void aRefusalIsAsCareful() {
        Api.Answer answer = Api.on(port).as(null).get("/api/projects").expect(401);

        assertThat(answer.header("Content-Security-Policy")).isEqualTo(NOTHING);
        assertCareful(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/swagger-ui/index.html", "/swagger-ui/swagger-ui-bundle.js", "/swagger-ui/index.css"})
    void swaggerUiLoadsItsOwnAndNothingElse(String path) {
        Api.Answer answer = Api.on(port).as(null).get(path).expect(200);

        assertThat(answer.header("Content-Security-Policy"))
                .startsWith(NOTHING)
                .contains("script-src 'self'")
                .doesNotContain("unsafe", "sha256", "*", "http");
        assertCareful(answer);
    }

    private static void assertCareful(Api.Answer answer) {
        ALWAYS.forEach((name, value) ->
                assertThat(answer.response().headers().allValues(name)).as(name).containsExactly(value));
        assertThat(answer.header("Strict-Transport-Security")).isNull();
        assertThat(answer.header("Server")).isNull();
        assertThat(answer.header("X-Powered-By")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/projects/%2e%2e%2fsecret HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api//projects HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/projects;a=b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/projects HTTP/1.1\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/{} HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void soIsWhatIsRefusedBeforeAnyOfOurCode(String request) {
        String answer = RawHttp.send(
                port,
                request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThat(answer).startsWith("HTTP/1.1 4");
        ALWAYS.forEach((name, value) -> assertThat(answer).containsOnlyOnce(name + ": " + value));
        assertThat(answer).contains("Content-Security-Policy: " + NOTHING);
    }
}
