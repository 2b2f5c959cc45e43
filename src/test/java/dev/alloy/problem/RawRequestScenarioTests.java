package dev.alloy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the connector or the firewall refuses, before anything of ours runs, is refused with a problem document too. */
@AlloyTest
class RawRequestScenarioTests {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ?.*", Pattern.DOTALL);

    @LocalServerPort
    private int port;

    /** {@code \x01} stands for that byte. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET | /api/<script>                        | 400
            GET | /api/projects/a"b                    | 400
            GET | /api/projects/\\x01                  | 400
            GET | /api/projects/\\x00                  | 400
            GET | /api/projects/\\xff                  | 400
            GET | /api/projects/{id}                   | 400
            GET | /api/projects/a%2Fb                  | 400
            GET | /api/projects/a%2fb                  | 400
            GET | /api/projects/a%5Cb                  | 400
            GET | /api/projects/%00                    | 400
            GET | /api/projects/%zz                    | 400
            GET | /api/projects/%                      | 400
            GET | /api/projects/%0d%0aSet-Cookie:x     | 400
            GET | /api/projects;x=1                    | 400
            GET | /api/projects/x;jsessionid=1         | 400
            GET | /api/projects/%3Bx                   | 400
            GET | /api//projects                       | 400
            GET | /api/%2e%2e/%2e%2e/etc/passwd        | 400
            GET | /api/projects/..%2f..%2fetc/passwd   | 400
            GET | /../../etc/passwd                    | 400
            GET | /api/projects/%c0%ae%c0%ae/x         | 400
            GET | /api/projects?limit=%zz              | 400
            GET | /api/projects?limit=%ff              | 400
            GET | /api/projects?%00=1                  | 400
            GET | /api/projects?=1                     | 400
            POST | /api/foundry-runs/x/traces?trace_format=foundry.cli_text&=1 | 400
            DELETE | /api/access-tokens/x?=1           | 400
            DELETE | /api/access-tokens/x?%zz          | 400
            GET | *                                    | 400
            GET | nonsense                             | 400
            G\\x00T | /api/projects                    | 400
            G(T) | /api/projects                       | 400
            TRACE | /api/projects                      | 405
            CONNECT | localhost:80                     | 501
            BREW | /api/projects                       | 405
            """)
    void aTargetOrMethodThatIsNoneIsRefused(String method, String target, int status) {
        refuses(
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                        + Api.BOOTSTRAP_TOKEN + "\r\n\r\n",
                status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GARBAGE                                                                           | 400
            GET  /api/projects  HTTP/1.1                                                      | 400
            GET /api/projects HTTP/1.1                                                        | 400
            GET /api/projects HTTP/9.9~Host: localhost                                        | 505
            GET /api/projects HTTP/x~Host: localhost                                          | 400
            GET /api/projects HTTP/1.1~Host: localhost~Host: other                            | 400
            GET /api/projects HTTP/1.1~Host: lo cal                                           | 400
            POST /api/projects HTTP/1.1~Host: localhost~Content-Length: -1                    | 400
            POST /api/projects HTTP/1.1~Host: localhost~Content-Length: two                   | 400
            POST /api/projects HTTP/1.1~Host: localhost~Content-Length: 2~Content-Length: 3   | 400
            POST /api/projects HTTP/1.1~Host: localhost~Transfer-Encoding: nonsense           | 501
            POST /api/projects HTTP/1.1~Host: localhost~Content-Type: application/json~Transfer-Encoding: chunked~~zz | 400
            """)
    void anUnreadableRequestIsRefused(String lines, int status) {
        String credential = "~Connection: close~Authorization: Bearer " + Api.BOOTSTRAP_TOKEN;
        int body = lines.indexOf("~~");
        String whole = body < 0
                ? lines + credential + "~~"
                : lines.substring(0, body) + credential + lines.substring(body) + "~~";
        refuses(whole.replace("~", "\r\n"), status);
    }

    @ParameterizedTest
    @CsvSource({"1000, 401", "9000, 400", "100000, 400"})
    void aHeaderThatIsTooLargeIsRefused(int length, int status) {
        String header = "GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Large: ";
        refuses(header + "x".repeat(length) + "\r\n\r\n", status);
    }

    private void refuses(String request, int status) {
        byte[] bytes = request.replace("\\x00", "\0")
                .replace("\\x01", "\u0001")
                .replace("\\xff", "\u00ff")
                .getBytes(StandardCharsets.ISO_8859_1);
        String answer = RawHttp.send(port, bytes);
        var line = STATUS_LINE.matcher(answer);
        assertThat(line.matches()).as(answer).isTrue();
        assertThat(Integer.parseInt(line.group(1))).as(answer).isEqualTo(status);
        assertThat(answer).doesNotContainIgnoringCase("<html", "exception", "\tat ", "tomcat", "passwd");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        if (!body.isEmpty()) {
            assertThat(answer).containsIgnoringCase("Content-Type: application/problem+json");
            JsonNode problem =
                    JsonMapper.shared().readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(problem.path("type").asString()).contains("/problems/").doesNotEndWith("internal-error");
        }
    }
}
