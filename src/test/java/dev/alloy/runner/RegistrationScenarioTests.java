package dev.alloy.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runners register themselves, once for each token, and get no more than it allows. */
@AlloyTest
class RegistrationScenarioTests {

    private static final String REGISTER = "/api/runners/register";

    @LocalServerPort
    private int port;

    private World world;

    @BeforeEach
    void make() {
        world = World.on(port);
    }

    @Test
    void aRunnerRegistersItselfAndTakesARun() {
        JsonNode token = world.registrationToken("");
        assertThat(token.path("registration_token").asString()).matches("alloy_reg_[0-9A-Z]{26}_[0-9a-f]{72}");

        JsonNode registered =
                as(token).post(REGISTER, "{\"name\":\"by itself\"}").expect(201).json();

        JsonNode runner = registered.path("runner");
        assertThat(runner.path("allowed_projects").toString()).isEqualTo("[\"" + world.project() + "\"]");
        assertThat(runner.path("installation_ids").toString()).isEqualTo("[\"" + world.installation() + "\"]");
        assertThat(runner.path("trusted_projects")).isEmpty();
        assertThat(runner.path("registered_by").asString()).isEqualTo("bootstrap");
        String id = runner.path("id").asString();
        new RunnerClient(id, world.admin().as(registered.path("runner_key").asString())).start(world.queuedRun());
        JsonNode used = read(token);
        assertThat(used.path("runner_id").asString()).isEqualTo(id);
        assertThat(used.path("used_at").isNull()).isFalse();
        assertThat(used.has("token")).isFalse();
        assertThat(Rows.audited("runner.registered", token.path("id").asString()))
                .isEqualTo(1);
    }

    @Test
    void aTokenIsGoodForOneRunner() {
        JsonNode token = world.registrationToken("");
        as(token).post(REGISTER, "{\"name\":\"first\"}").expect(201);

        assertThat(as(token).post(REGISTER, "{\"name\":\"second\"}").expect(409).problem())
                .isEqualTo("registration-token-used");
        assertThat(runners()).hasSize(2);
        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> Rows.database()
                        .sql("update registration_tokens set used_at = null, runner_id = null where id = :id")
                        .param("id", token.path("id").asString())
                        .update())
                .withMessageContaining("was used");
    }

    @Test
    void ofManyCallsAtOnceOneRegisters() {
        JsonNode token = world.registrationToken("");

        List<Api.Answer> answers = Together.times(8, () -> as(token).post(REGISTER, "{\"name\":\"one of many\"}"));

        assertThat(answers)
                .extracting(Api.Answer::status)
                .containsOnlyOnce(201)
                .contains(409)
                .containsOnly(201, 409);
        assertThat(runners()).hasSize(2);
    }

    @Test
    void aRefusedBodyDoesNotUseTheTokenUp() {
        JsonNode token = world.registrationToken("");
        as(token).post(REGISTER, "{}").expect(422);
        as(token)
                .post(REGISTER, "{\"name\":\"n\",\"key_expires_at\":\"2020-01-01T00:00:00Z\"}")
                .expect(422);

        as(token).post(REGISTER, "{\"name\":\"n\"}").expect(201);
    }

    @Test
    void aRevokedOrExpiredTokenIsWorthNothing() {
        JsonNode revoked = world.registrationToken("");
        JsonNode expired = world.registrationToken("");
        String path = "/api/registration-tokens/" + revoked.path("id").asString();
        world.admin().delete(path).expect(204);
        world.admin().delete(path).expect(204);
        Rows.database()
                .sql("update registration_tokens set expires_at = alloy_now() where id = :id")
                .param("id", expired.path("id").asString())
                .update();

        for (JsonNode token : List.of(revoked, expired)) {
            assertThat(as(token).post(REGISTER, "{\"name\":\"n\"}").expect(401).problem())
                    .isEqualTo("unauthenticated");
            assertThat(Rows.audited("credential.refused", token.path("id").asString()))
                    .isEqualTo(1);
        }
        assertThat(runners()).hasSize(1);
    }

    @Test
    void aTokenThatWasUsedIsNotRevokedAnyMore() {
        JsonNode token = world.registrationToken("");
        String id = as(token)
                .post(REGISTER, "{\"name\":\"n\"}")
                .expect(201)
                .json()
                .at("/runner/id")
                .asString();

        JsonNode problem = world.admin()
                .delete("/api/registration-tokens/" + token.path("id").asString())
                .expect(409)
                .json();

        assertThat(problem.path("type").asString()).endsWith("/registration-token-used");
        assertThat(problem.path("runner_id").asString()).isEqualTo(id);
    }

    @RepeatedTest(8)
    void revokingAndRegisteringAtOnceAgreeOnWhatHappened() {
        JsonNode token = world.registrationToken("");

        List<Api.Answer> answers =
                Together.run(List.of(() -> as(token).post(REGISTER, "{\"name\":\"n\"}"), () -> world.admin()
                        .delete("/api/registration-tokens/" + token.path("id").asString())));

        int registered = answers.get(0).status();
        assertThat(answers.get(1).status()).isEqualTo(registered == 201 ? 409 : 204);
        assertThat(registered).isIn(201, 401, 409);
    }

    @Test
    void aRunnerAsksForLessButNotForMore() {
        String project = world.anotherProject();
        String installation = world.anotherInstallation();
        JsonNode token = world.registrationToken(",\"max_concurrency\":2");

        refuses(token, "{\"name\":\"n\",\"allowed_projects\":[\"" + project + "\"]}", "/allowed_projects/0");
        refuses(token, "{\"name\":\"n\",\"installation_ids\":[\"" + installation + "\"]}", "/installation_ids/0");
        refuses(token, "{\"name\":\"n\",\"max_concurrency\":3}", "/max_concurrency");
        JsonNode runner = as(token)
                .post(REGISTER, "{\"name\":\"n\",\"allowed_projects\":[],\"max_concurrency\":1}")
                .expect(201)
                .json()
                .path("runner");
        assertThat(runner.path("allowed_projects")).isEmpty();
        assertThat(runner.path("max_concurrency").asInt()).isEqualTo(1);
    }

    @Test
    void aTokenOfNoInstallationReachesThoseOfItsProjectsOrNone() {
        String other = world.anotherInstallation();

        JsonNode all = as(tokenWithout(""))
                .post(REGISTER, "{\"name\":\"all\"}")
                .expect(201)
                .json();
        assertThat(all.at("/runner/installation_ids").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrder(world.installation(), other);
        assertThat(all.at("/runner/confirmed_installation_ids")).isEmpty();
        JsonNode named = as(tokenWithout(""))
                .post(REGISTER, "{\"name\":\"one\",\"installation_ids\":[\"" + other + "\"]}")
                .expect(201)
                .json();
        assertThat(named.at("/runner/installation_ids").toString()).isEqualTo("[\"" + other + "\"]");
        JsonNode none = tokenWithout(",\"installation_ids\":[]");
        refuses(none, "{\"name\":\"n\",\"installation_ids\":[\"" + other + "\"]}", "/installation_ids/0");
        assertThat(as(none).post(REGISTER, "{\"name\":\"none\"}")
                        .expect(201)
                        .json()
                        .at("/runner/installation_ids"))
                .isEmpty();
        String foreign = World.on(port).installation();
        refuses(tokenWithout(""), "{\"name\":\"n\",\"installation_ids\":[\"" + foreign + "\"]}", "/installation_ids/0");
    }

    @Test
    void anInstallationThatARunnerNamedItselfIsConfirmedBeforeItsManifestCounts() {
        JsonNode registered = as(tokenWithout(""))
                .post(REGISTER, "{\"name\":\"by itself\"}")
                .expect(201)
                .json();
        String id = registered.at("/runner/id").asString();
        Api runner = world.admin().as(registered.path("runner_key").asString());
        String path = "/api/foundry-installations/" + world.installation();
        String manifest = path + "/capability-manifest";
        JsonNode before = world.admin().get(path).json();
        ObjectNode newer = World.example("capability-manifest");
        newer.put("foundry_version", "0.12.1");

        runner.put(manifest, World.example("capability-manifest").toString()).expect(200);
        Api.Answer refused = runner.put(manifest, newer.toString()).expect(403);
        assertThat(refused.problem()).isEqualTo("authority-missing");
        assertThat(refused.json().path("detail").asString()).contains("PATCH /api/runners/" + id);
        assertThat(world.admin().get(path).json().path("manifest_digest")).isEqualTo(before.path("manifest_digest"));

        String runnerPath = "/api/runners/" + id;
        Api admin = world.admin().with("If-Match", "*");
        admin.patch(
                        runnerPath,
                        "{\"confirmed_installation_ids\":[\"" + World.on(port).installation() + "\"]}")
                .expect(422);
        admin.patch(runnerPath, "{\"confirmed_installation_ids\":[\"" + world.installation() + "\"]}")
                .expect(200);

        assertThat(runner.put(manifest, newer.toString())
                        .expect(200)
                        .json()
                        .path("foundry_version")
                        .asString())
                .isEqualTo("0.12.1");
    }

    @Test
    void aTokenAllowsNothingElse() {
        Api holder = as(world.registrationToken(""));

        holder.get("/api/projects").expect(403);
        holder.get("/api/runners/" + world.runner()).expect(403);
        assertThat(holder.get("/api/whoami").expect(200).json().path("kind").asString())
                .isEqualTo("registration");
        assertThat(world.admin().post(REGISTER, "{\"name\":\"n\"}").expect(403).problem())
                .isEqualTo("authority-missing");
        world.runnerApi().post(REGISTER, "{\"name\":\"n\"}").expect(403);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"allowed_projects\":[\"nowhere\"]', unknown-reference",
        "'\"installation_ids\":[\"inst_nowhere\"]', unknown-reference",
        "'\"expires_at\":\"2020-01-01T00:00:00Z\"', invalid-body",
        "'\"expires_at\":\"2099-01-01T00:00:00Z\"', invalid-body",
        "'\"max_concurrency\":0', invalid-body"
    })
    void aTokenIsMadeForWhatIsThere(String member, String problem) {
        Api.Answer answer = world.admin()
                .post(
                        "/api/registration-tokens",
                        "{\"organization_id\":\"" + world.organization() + "\"," + member + "}")
                .expect(422);

        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    void aForeignProjectIsNoMoreThanAnUnknownOne() {
        World other = World.on(port);
        Api admin = world.person("adam", "\"manage_runners\",\"view\"");

        assertThat(admin.post(
                                "/api/registration-tokens",
                                "{\"organization_id\":\"%s\",\"allowed_projects\":[\"%s\"]}"
                                        .formatted(world.organization(), other.project()))
                        .expect(422)
                        .problem())
                .isEqualTo("unknown-reference");
        admin.post("/api/registration-tokens", "{\"organization_id\":\"%s\"}".formatted(other.organization()))
                .expect(422);
    }

    @Test
    void aKeyEndsWhenItSays() {
        JsonNode registered = as(world.registrationToken(""))
                .post(REGISTER, "{\"name\":\"n\",\"key_expires_at\":\"2099-01-01T00:00:00Z\"}")
                .expect(422)
                .json();
        assertThat(registered.at("/errors/0/pointer").asString()).isEqualTo("/key_expires_at");
        JsonNode made = as(world.registrationToken(""))
                .post(
                        REGISTER,
                        "{\"name\":\"n\",\"key_expires_at\":\"" + Instant.now().plus(1, ChronoUnit.DAYS) + "\"}")
                .expect(201)
                .json();
        Api runner = world.admin().as(made.path("runner_key").asString());
        runner.get("/api/whoami").expect(200);
        String id = made.path("runner").path("id").asString();
        assertThat(world.admin()
                        .get("/api/runners/" + id)
                        .json()
                        .path("key_last_used_at")
                        .isNull())
                .isFalse();

        Rows.database()
                .sql("update alloy_runners set key_expires_at = alloy_now() where id = :id")
                .param("id", id)
                .update();

        assertThat(runner.get("/api/whoami").expect(401).problem()).isEqualTo("unauthenticated");
        assertThat(Rows.audited("credential.refused", id)).isEqualTo(1);
    }

    private JsonNode tokenWithout(String more) {
        return world.admin()
                .post(
                        "/api/registration-tokens",
                        "{\"organization_id\":\"%s\",\"allowed_projects\":[\"%s\"]%s}"
                                .formatted(world.organization(), world.project(), more))
                .expect(201)
                .json();
    }

    private void refuses(JsonNode token, String body, String pointer) {
        Api.Answer answer = as(token).post(REGISTER, body).expect(422);
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
    }

    private Api as(JsonNode token) {
        return world.admin().as(token.path("registration_token").asString());
    }

    private JsonNode read(JsonNode token) {
        return world.admin()
                .get("/api/registration-tokens/" + token.path("id").asString())
                .expect(200)
                .json();
    }

    private JsonNode runners() {
        return world.person("rita", "\"view\"")
                .get("/api/runners")
                .expect(200)
                .json()
                .path("items");
    }
}
