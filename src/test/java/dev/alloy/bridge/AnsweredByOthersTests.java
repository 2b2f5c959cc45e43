package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.alloy.bridge.AlloyClient.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A proxy, a sign-in page, another program: what answers in Alloy's place has done nothing of what was asked. */
class AnsweredByOthersTests {

    private static final String KEY = "alloy_rnr_secret";

    private final AtomicReference<String> authorization = new AtomicReference<>("");
    private HttpServer server;
    private int status = 200;
    private String answer = "";

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "http://localhost:1/elsewhere");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private AlloyClient client() {
        URI base = URI.create("http://localhost:" + server.getAddress().getPort());
        return new AlloyClient(new AlloyApi(base, KEY), CrashPoint.NONE);
    }

    private RunHandle run() {
        return client().run("runreq_1").under("a-lease-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sign in</html>", "", "[]", "{}", "{\"id\":\"runreq_2\",\"status\":\"executing\"}"})
    void isNoAnswerToAnyCallOfARun(String text) {
        answer = text;

        assertThatExceptionOfType(NoResponse.class).isThrownBy(() -> run().accept("claim", Patience.of(1)));
        assertThatExceptionOfType(NoResponse.class).isThrownBy(() -> run().start("abc123", Patience.of(1)));
        assertThatExceptionOfType(NoResponse.class).isThrownBy(() -> run().heartbeat(Patience.of(1)));
        assertThatExceptionOfType(NoResponse.class)
                .isThrownBy(() -> run().report("completed", new byte[0], Patience.of(1)));
    }

    @Test
    void aLeaseThatOthersRenewIsNotRenewed() {
        answer = "<html>Sign in</html>";
        var terms = JsonMapper.shared().createObjectNode().put("self_abort_seconds", 1);
        var lease = new LeaseKeeper(
                run(), terms, System.nanoTime() - Duration.ofSeconds(2).toNanos());

        lease.renew();

        assertThat(lease.isGood()).isFalse();
    }

    @Test
    void aPageForARefusalOrARedirectIsToldAsWhatItIs() {
        answer = "<html>Request Entity Too Large</html>";
        status = 413;
        assertThatExceptionOfType(BridgeStopped.class)
                .isThrownBy(() -> run().heartbeat(Patience.of(1)))
                .satisfies(stopped -> assertThat(stopped.exitCode()).isEqualTo(ExitCode.SERVER));
        status = 302;
        assertThatExceptionOfType(BridgeStopped.class).isThrownBy(() -> run().heartbeat(Patience.of(1)));
        assertThat(authorization.get()).isEqualTo("Bearer " + KEY);
    }
}
