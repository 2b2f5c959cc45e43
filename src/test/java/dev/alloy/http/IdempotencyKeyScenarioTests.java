package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.node.ObjectNode;

/** A creating call that is repeated with its key is one creation, whatever became of the first answer. */
@AlloyTest
class IdempotencyKeyScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void aRepeatGetsTheFirstAnswerWithoutItsSecret() {
        World world = World.on(port);
        Api api = world.admin().with("Idempotency-Key", "once-" + world.organization());
        Api.Answer first = api.post("/api/access-tokens", token(world, "ann")).expect(201);
        Map<String, String> rows = Rows.of(world.organization());
        Api.Answer again = api.post("/api/access-tokens", token(world, "ann")).expect(201);
        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        ObjectNode expected = (ObjectNode) first.json();
        assertThat(expected.remove("token").asString()).startsWith("alloy_pat_");
        assertThat(again.json()).isEqualTo(expected);
        assertThat(Rows.of(world.organization())).isEqualTo(rows);
    }

    @Test
    void aRepeatKeepsTheTagAndLeavesARunnersKeyOut() {
        World world = World.on(port);
        Api api = world.admin().with("Idempotency-Key", "runner-" + world.organization());
        String body = """
                {"organization_id":"%s","name":"r","allowed_projects":[],"installation_ids":[]}""".formatted(world.organization());
        Api.Answer first = api.post("/api/runners", body).expect(201);
        Api.Answer again = api.post("/api/runners", body).expect(201);
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).isNotNull();
        assertThat(again.json().path("runner")).isEqualTo(first.json().path("runner"));
        assertThat(again.json().has("runner_key")).isFalse();
    }

    @Test
    void theKeyOfOneRequestIsNotGoodForAnother() {
        World world = World.on(port);
        Api api = world.admin().with("Idempotency-Key", "mine-" + world.organization());
        api.post("/api/access-tokens", token(world, "ann")).expect(201);
        Map<String, String> rows = Rows.of(world.organization());
        assertThat(api.post("/api/access-tokens", token(world, "bob"))
                        .expect(422)
                        .problem())
                .isEqualTo("idempotency-key-reused");
        assertThat(api.post("/api/projects/" + world.project() + "/formation-briefs", token(world, "ann"))
                        .expect(422)
                        .problem())
                .isEqualTo("idempotency-key-reused");
        assertThat(Rows.of(world.organization())).isEqualTo(rows);
    }

    @Test
    void aRefusedRequestLeavesItsKeyFree() {
        World world = World.on(port);
        Api api = world.admin().with("Idempotency-Key", "mended-" + world.organization());
        Map<String, String> rows = Rows.of(world.organization());
        api.post("/api/access-tokens", "{").expect(400);
        api.post("/api/access-tokens", "{}").expect(422);
        api.post("/api/projects", """
                {"id":"%s","organization_id":"%s","name":"Taken"}""".formatted(world.project(), world.organization()))
                .expect(409);
        api.post("/api/foundry-installations", """
                {"project_id":"nothing","name":"x","connection_type":"manual"}""").expect(422);
        assertThat(Rows.of(world.organization())).isEqualTo(rows);
        Api.Answer mended = api.post("/api/access-tokens", token(world, "ann")).expect(201);
        assertThat(mended.header("Idempotent-Replayed")).isNull();
    }

    @Test
    void anotherTokenOfTheSamePersonDoesNotReadWhatTheFirstWasAnswered() {
        World world = World.on(port);
        String key = "twice-" + world.organization();
        Api wide = world.person("ann", "\"view\",\"administer\"").with("Idempotency-Key", key);
        Api narrow = world.person("ann", "\"view\"").with("Idempotency-Key", key);
        String body = "{\"organization_id\":\"%s\",\"name\":\"bob\",\"authorities\":[\"view\"]}"
                .formatted(world.organization());
        wide.post("/api/access-tokens", body).expect(201);
        assertThat(narrow.post("/api/access-tokens", body).expect(403).problem())
                .isEqualTo("authority-missing");
    }

    @Test
    void callsAtTheSameMomentCreateOnce() {
        World world = World.on(port);
        Api api = world.admin().with("Idempotency-Key", "storm-" + world.organization());
        List<CompletableFuture<Api.Answer>> calls = IntStream.range(0, 12)
                .mapToObj(i -> api.postLater("/api/access-tokens", token(world, "storm")))
                .toList();
        List<Api.Answer> answers = calls.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isIn(201, 409);
            if (answer.status() == 409) {
                assertThat(answer.problem()).isEqualTo("idempotency-key-in-progress");
            }
        });
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201 && answer.header("Idempotent-Replayed") == null))
                .hasSize(1);
        assertThat(world.admin()
                        .get("/api/access-tokens?name=storm")
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(organizationTokens(world, "storm"))
                .isEqualTo(1);
    }

    private static int organizationTokens(World world, String name) {
        return Rows.database()
                .sql("select count(*) from access_tokens where organization_id = :organization and name = :name")
                .param("organization", world.organization())
                .param("name", name)
                .query(Integer.class)
                .single();
    }

    @Test
    void everyCredentialHasKeysOfItsOwn() {
        World world = World.on(port);
        String key = "own-" + world.organization();
        String body = """
                {"organization_id":"%s","name":"made","authorities":["view"]}""".formatted(world.organization());
        List<String> made = Stream.of("ann", "ann", "bob")
                .map(name -> world.person(name, "\"view\",\"administer\"").with("Idempotency-Key", key))
                .map(api -> api.post("/api/access-tokens", body)
                        .expect(201)
                        .json()
                        .path("id")
                        .asString())
                .toList();
        assertThat(made).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\t", "x y z"})
    void aKeyIsVisibleAscii(String key) {
        World world = World.on(port);
        Api.Answer answer = world.admin().with("Idempotency-Key", key).post("/api/access-tokens", token(world, "ann"));
        assertThat(answer.expect(400).problem()).isEqualTo("invalid-parameter");
        assertThat(organizationTokens(world, "ann")).isZero();
    }

    private static String token(World world, String name) {
        return """
                {"organization_id":"%s","name":"%s","authorities":["view"]}""".formatted(world.organization(), name);
    }
}
