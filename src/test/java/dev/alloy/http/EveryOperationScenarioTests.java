package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What every operation refuses, whatever it does. */
@AlloyTest
class EveryOperationScenarioTests {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private FullWorld world;
    private List<Endpoint> endpoints;
    private Map<String, String> before;
    private final List<String> wrong = new ArrayList<>();

    @BeforeEach
    void noteWhatIsThere() {
        world = FullWorld.shared(port);
        endpoints = Endpoint.all(mapping);
        before = Rows.of(world.world().organization());
        assertThat(endpoints).hasSizeGreaterThan(30);
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    private List<Endpoint> guarded() {
        return endpoints.stream().filter(endpoint -> !endpoint.access().open()).toList();
    }

    @Test
    void anUnknownQueryParameterIsRefused() {
        for (Endpoint endpoint : endpoints) {
            String path = world.path(endpoint);
            check(
                    endpoint,
                    call(world.caller(endpoint), endpoint, path + (path.contains("?") ? "&" : "?") + "limmit=1"),
                    400,
                    "invalid-parameter");
        }
    }

    @Test
    void aParameterThatComesTwiceIsRefused() {
        for (Endpoint endpoint : endpoints) {
            for (String name : endpoint.parameters()) {
                String path = world.path(endpoint).replaceAll("\\?.*", "");
                check(
                        endpoint,
                        call(world.caller(endpoint), endpoint, path + "?" + name + "=1&" + name + "=1"),
                        400,
                        "invalid-parameter");
            }
        }
    }

    @Test
    void whatCannotBeProducedIsNotDone() {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.handler().isVoid()) {
                continue;
            }
            for (String accept : List.of("text/csv", "application/json;q=0, image/png", "nonsense")) {
                check(
                        endpoint,
                        call(world.caller(endpoint).with("Accept", accept), endpoint, world.path(endpoint)),
                        406,
                        "not-acceptable");
            }
        }
    }

    @Test
    void aMethodThatIsNotThereIsAnsweredWithThoseThatAre() {
        for (Endpoint endpoint : endpoints) {
            String bare = world.path(endpoint).replaceAll("\\?.*", "");
            // A fixed word may stand where another pattern has an id.
            Set<String> here = endpoints.stream()
                    .filter(other -> other.matches(bare))
                    .map(Endpoint::method)
                    .collect(Collectors.toCollection(TreeSet::new));
            String other = METHODS.stream()
                    .filter(method -> !here.contains(method))
                    .findFirst()
                    .orElseThrow();
            Api.Answer answer = world.world().admin().send(other, world.path(endpoint), null, null);
            check(endpoint, answer, 405, "method-not-allowed");
            String allow = String.valueOf(answer.header("Allow"));
            Set<String> allowed = new TreeSet<>(Arrays.asList(allow.split(", ")));
            if (!allowed.containsAll(here) || allowed.contains(other)) {
                wrong.add(endpoint + " allows " + allow);
            }
        }
    }

    @Test
    void whoIsNotKnownLearnsNothing() {
        String unknown = "alloy_pat_01ARZ3NDEKTSV4RRFFQ69G5FAV_" + "0".repeat(72);
        for (Endpoint endpoint : guarded()) {
            for (String authorization : Arrays.asList(
                    null,
                    "Bearer " + unknown,
                    "Bearer",
                    "Bearer ",
                    "bearer nonsense",
                    "Basic YWRtaW46YWRtaW4=",
                    Api.BOOTSTRAP_TOKEN,
                    "Bearer " + Api.BOOTSTRAP_TOKEN + "x",
                    "Bearer " + Api.BOOTSTRAP_TOKEN.substring(0, 40),
                    "Bearer " + "x".repeat(3_000))) {
                Api nobody = Api.on(port).as(null);
                Api.Answer answer = call(
                        authorization == null ? nobody : nobody.with("Authorization", authorization),
                        endpoint,
                        world.path(endpoint));
                check(endpoint, answer, 401, "unauthenticated");
                if (!String.valueOf(answer.header("WWW-Authenticate")).startsWith("Bearer")) {
                    wrong.add(endpoint + " names no scheme");
                }
            }
        }
    }

    @Test
    void aTokenInTheUrlIsNone() {
        for (Endpoint endpoint : guarded()) {
            for (String name : List.of("access_token", "token", "authorization")) {
                check(
                        endpoint,
                        call(
                                Api.on(port).as(null),
                                endpoint,
                                world.path(endpoint).replaceAll("\\?.*", "") + "?" + name + "=" + Api.BOOTSTRAP_TOKEN),
                        401,
                        "unauthenticated");
            }
        }
    }

    @Test
    void peopleAndRunnersHaveCallsOfTheirOwn() {
        for (Endpoint endpoint : guarded()) {
            if (endpoint.access().anyone()) {
                continue;
            }
            if (!endpoint.access().runner()) {
                check(
                        endpoint,
                        call(world.world().runnerApi(), endpoint, world.path(endpoint)),
                        403,
                        "authority-missing");
            }
            if (!endpoint.isForPeople()) {
                check(endpoint, call(world.world().admin(), endpoint, world.path(endpoint)), 403, "authority-missing");
            }
        }
    }

    private Api.Answer call(Api api, Endpoint endpoint, String path) {
        byte[] body = world.body(endpoint);
        return api.send(endpoint.method(), path, body, body == null ? null : "application/json");
    }

    private void check(Endpoint endpoint, Api.Answer answer, int status, String problem) {
        if (answer.status() != status || !answer.problem().equals(problem)) {
            wrong.add(endpoint + ": " + answer.status() + " " + answer.text());
        }
    }
}
