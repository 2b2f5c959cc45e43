package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A request's head has 4 KiB; who sends more is told so. */
@AlloyTest
class RequestHeadScenarioTests {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({"Cookie: other=, 3900", "Authorization: Bearer , 3900", "Traceparent: , 3900"})
    void isReadUpToItsBound(String header, int bytes) {
        String answer = send("GET /actuator/health HTTP/1.1", header + "a".repeat(bytes));

        assertThat(answer)
                .startsWith("HTTP/1.1 ")
                .doesNotStartWith("HTTP/1.1 400")
                .doesNotStartWith("HTTP/1.1 5");
    }

    @ParameterizedTest
    @ValueSource(ints = {4200, 9000, 20_000})
    void aLongerOneIsRefusedWithAProblem(int bytes) {
        assertIsRefused(send("GET /actuator/health HTTP/1.1", "Cookie: other=" + "a".repeat(bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {4200, 9000})
    void soIsALongLine(int bytes) {
        assertIsRefused(send("GET /api/projects?cursor=" + "a".repeat(bytes) + " HTTP/1.1", "Accept: */*"));
    }

    /** What was asked for is repeated in the address of the sign-in page. */
    @Test
    void aLongAddressThatHasToSignInFirstStillFindsThePage() {
        String answer = send("GET /runs?status=" + "%25".repeat(1200) + " HTTP/1.1", "Accept: text/html");

        assertThat(answer).startsWith("HTTP/1.1 303");
    }

    private String send(String line, String header) {
        String head = line + "\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n\r\n";
        return RawHttp.send(port, head.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertIsRefused(String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("/problems/malformed-request")
                .contains("4 KiB");
    }
}
