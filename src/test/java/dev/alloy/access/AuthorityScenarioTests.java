package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Endpoint;
import dev.alloy.testing.FullWorld;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** Every operation wants exactly the authority that it declares. */
@AlloyTest
class AuthorityScenarioTests {

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final List<String> wrong = new ArrayList<>();

    @Test
    void allOtherAuthoritiesDoNotReplaceTheOnesThatAreEnough() {
        FullWorld world = FullWorld.shared(port);
        Map<List<Authority>, Api> without = new HashMap<>();
        Endpoint.all(mapping)
                .forEach(endpoint -> without.computeIfAbsent(
                        List.of(endpoint.access().authority()), missing -> personWithout(world.world(), missing)));
        Map<String, String> before = Rows.of(world.world().organization());
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            List<Authority> enough = List.of(endpoint.access().authority());
            if (!enough.isEmpty()) {
                byte[] body = world.body(endpoint);
                Api.Answer answer = Objects.requireNonNull(without.get(enough))
                        .send(endpoint.method(), world.path(endpoint), body, body == null ? null : "application/json");
                if (answer.status() != 403
                        || !answer.problem().equals("authority-missing")
                        || !named(answer, "required_authorities")
                                .equals(enough.stream().map(Authority::wireName).toList())) {
                    wrong.add(endpoint + ": " + answer.status() + " " + answer.text());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(Rows.of(world.world().organization())).isEqualTo(before);
    }

    @Test
    void theOneAuthorityIsEnoughToRead() {
        FullWorld world = FullWorld.shared(port);
        Map<Authority, Api> only = people(world.world());
        for (Endpoint endpoint : Endpoint.all(mapping)) {
            for (Authority authority : endpoint.access().authority()) {
                if (endpoint.method().equals("GET")) {
                    Api.Answer answer = of(only, authority).get(world.path(endpoint));
                    if (answer.status() != 200) {
                        wrong.add(endpoint + ": " + answer.status() + " " + answer.text());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aDenialIsAudited() {
        World world = World.on(port);
        JsonNode token = world.token("curious", "\"view\"", "");
        Api curious = world.admin().as(token.path("token").asString());
        curious.post("/api/projects", "{}").expect(403);
        curious.patch("/api/runners/" + world.runner(), "{}").expect(403);
        assertThat(Rows.audited("access.denied", token.path("id").asString())).isEqualTo(2);
        world.runnerApi().get("/api/projects").expect(403);
        assertThat(Rows.audited("access.denied", world.runner())).isEqualTo(1);
        Api keyed = curious.with("Idempotency-Key", "denied-" + world.organization());
        for (int call = 0; call < 2; call++) {
            keyed.post("/api/projects", "{\"organization_id\":\"" + world.organization() + "\",\"name\":\"p\"}")
                    .expect(403);
        }
        assertThat(Rows.audited("access.denied", token.path("id").asString()))
                .as("an Idempotency-Key hides no refusal")
                .isEqualTo(4);
    }

    private static List<String> named(Api.Answer answer, String member) {
        return answer.json().path(member).valueStream().map(JsonNode::asString).toList();
    }

    private static Api personWithout(World world, List<Authority> missing) {
        return person(world, "person-without-" + missing, authority -> !missing.contains(authority));
    }

    private static Map<Authority, Api> people(World world) {
        Map<Authority, Api> people = new EnumMap<>(Authority.class);
        for (Authority authority : Authority.values()) {
            people.put(authority, person(world, "person-" + authority.wireName(), other -> other == authority));
        }
        return people;
    }

    private static Api person(World world, String name, Predicate<Authority> holds) {
        String authorities = Arrays.stream(Authority.values())
                .filter(holds)
                .map(one -> "\"" + one.wireName() + "\"")
                .collect(Collectors.joining(","));
        return world.person(name, authorities);
    }

    private static Api of(Map<Authority, Api> people, Authority authority) {
        return Objects.requireNonNull(people.get(authority));
    }
}
