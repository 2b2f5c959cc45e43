package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every operation that takes a JSON body refuses what is none: readably, and without a trace. */
@AlloyTest
class HostileBodyScenarioTests {

    private static final int LIMIT = 1 << 20;

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();

    @Test
    void whatIsNoJsonObjectIsMalformed() {
        Map<String, byte[]> bodies = HostileBodies.unreadable();
        sweep((world, endpoint) -> bodies.forEach((name, body) -> check(
                endpoint + " with " + name,
                world.caller(endpoint).send(endpoint.method(), world.path(endpoint), body, "application/json"),
                400,
                "malformed-json")));
    }

    @Test
    void whatIsTooDeepOrTooLongIsBeyondLimits() {
        Map<String, byte[]> bodies = HostileBodies.beyondLimits();
        sweep((world, endpoint) -> bodies.forEach((name, body) -> check(
                endpoint + " with " + name,
                world.caller(endpoint).send(endpoint.method(), world.path(endpoint), body, "application/json"),
                400,
                "json-limit-exceeded")));
    }

    @Test
    void whatIsTooLargeIsNotReadHoweverItIsSent() {
        byte[] large = HostileBodies.ofSize(LIMIT + 1);
        byte[] bomb = HostileBodies.gzip(new byte[LIMIT * 16]);
        sweep((world, endpoint) -> {
            Api api = world.caller(endpoint);
            String path = world.path(endpoint);
            check(
                    endpoint + " declared",
                    api.send(endpoint.method(), path, large, "application/json"),
                    413,
                    "payload-too-large");
            check(endpoint + " chunked", api.sendChunked(endpoint.method(), path, large), 413, "payload-too-large");
            check(
                    endpoint + " gzip bomb",
                    api.with("Content-Encoding", "gzip").send(endpoint.method(), path, bomb, "application/json"),
                    413,
                    "payload-too-large");
        });
    }

    @Test
    void whatIsNotPlainOrGzipJsonInUtf8IsUnsupported() {
        byte[] body = HostileBodies.ascii("{}");
        sweep((world, endpoint) -> {
            Api api = world.caller(endpoint);
            String path = world.path(endpoint);
            for (String type : new String[] {
                null,
                "text/plain",
                "*/*",
                "application/*",
                "application/xml",
                "application/yaml",
                "application/cbor",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1",
                "application/json; charset=nonsense",
                "json"
            }) {
                check(
                        endpoint + " of type " + type,
                        api.send(endpoint.method(), path, body, type),
                        415,
                        "unsupported-media-type");
            }
            for (String coding : new String[] {"br", "deflate", "gzip, gzip", "nonsense"}) {
                check(
                        endpoint + " coded " + coding,
                        api.with("Content-Encoding", coding).send(endpoint.method(), path, body, "application/json"),
                        415,
                        "unsupported-media-type");
            }
        });
    }

    @Test
    void brokenGzipIsMalformed() {
        byte[] whole = HostileBodies.gzip(HostileBodies.ascii("{\"x\":\"" + "y".repeat(500) + "\"}"));
        byte[] cut = Arrays.copyOf(whole, whole.length - 9);
        byte[] none = HostileBodies.ascii("{}");
        byte[] followed = Arrays.copyOf(whole, whole.length + 4);
        byte[] followedByMore = Arrays.copyOf(whole, whole.length + 400);
        sweep((world, endpoint) -> {
            Api api = world.caller(endpoint).with("Content-Encoding", "gzip");
            String path = world.path(endpoint);
            for (byte[] body : List.of(cut, none, followed, followedByMore, new byte[0])) {
                check(
                        endpoint + " with " + body.length + " bytes of broken gzip",
                        api.send(endpoint.method(), path, body, "application/json"),
                        400,
                        "malformed-json");
            }
        });
    }

    @Test
    void aBodyOfMistakesIsNotAnsweredWithMoreThanAHundred() {
        World world = World.on(port);
        StringBuilder members = new StringBuilder("{\"a\":1");
        for (int i = 0; i < 5_000; i++) {
            members.append(",\"a").append(i).append("\":1");
        }
        Api.Answer answer = world.admin()
                .post("/api/organizations", members.append('}').toString())
                .expect(422);
        assertThat(answer.json().path("errors").size()).isEqualTo(100);
        assertThat(answer.json().path("detail").asString()).startsWith("5003 things");
    }

    private interface Attack {
        void on(FullWorld world, Endpoint endpoint);
    }

    private void sweep(Attack attack) {
        FullWorld world = FullWorld.shared(port);
        Map<String, String> before = Rows.of(world.world().organization());
        List<Endpoint> withBody = Endpoint.all(mapping).stream()
                .filter(endpoint -> endpoint.schema().isPresent())
                .toList();
        assertThat(withBody).hasSizeGreaterThan(10);
        withBody.forEach(endpoint -> attack.on(world, endpoint));
        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    private void check(String attack, Api.Answer answer, int status, String problem) {
        if (answer.status() != status || !answer.problem().equals(problem)) {
            wrong.add(attack + ": " + answer.status() + " " + answer.text());
        }
    }
}
