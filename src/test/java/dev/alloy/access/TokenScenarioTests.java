package dev.alloy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.Together;
import dev.alloy.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

/** Tokens: who may make which, and when they end. */
@AlloyTest
class TokenScenarioTests {

    @LocalServerPort
    private int port;

    @Autowired
    private RefusedUses refused;

    @Test
    void onlyTheBootstrapTokenMakesOrganizations() {
        World world = World.on(port);
        Api administrator = world.person("root", "\"view\",\"administer\"");
        String id = "mine-" + world.organization();
        String body = "{\"id\":\"" + id + "\",\"name\":\"Mine\"}";
        assertThat(administrator.post("/api/organizations", body).expect(403).problem())
                .isEqualTo("authority-missing");
        world.admin().get("/api/organizations/" + id).expect(404);
        world.admin().post("/api/organizations", body).expect(201);
        assertThat(world.admin().post("/api/organizations", body).expect(409).problem())
                .isEqualTo("id-taken");
        administrator.get("/api/organizations/" + id).expect(404);
        JsonNode mine =
                administrator.get("/api/organizations").expect(200).json().path("items");
        assertThat(mine.valueStream().map(one -> one.path("id").asString())).containsExactly(world.organization());
    }

    /** Records name people; of two names that look alike nobody could tell who approved what. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada Lovelace",
                "ADA LOVELACE",
                "ada  lovelace",
                "ad\u0430 lovelace",
                "\u00e1da lovelace",
                "ada love1ace"
            })
    void aNameThatLooksLikeAnothersIsRefused(String name) {
        World world = World.on(port);
        world.token("ada lovelace", "\"view\"", "");
        String body = "{\"organization_id\":\"%s\",\"name\":\"%s\",\"authorities\":[\"view\"]}";

        JsonNode problem = world.admin()
                .post("/api/access-tokens", body.formatted(world.organization(), name))
                .expect(422)
                .json();

        assertThat(problem.at("/errors/0/code").asString()).isEqualTo("look-alike");
        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo("/name");
        assertThat(problem.at("/errors/0/detail").asString()).contains("'ada lovelace'");
        world.token("ada lovelace", "\"view\"", "");
        World.on(port).token(name, "\"view\"", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bootstrap", "b\u043e\u043etstrap", "a11oy", "FOUNDRY"})
    void aNameThatLooksLikeAPartOfTheSystemIsRefused(String name) {
        World world = World.on(port);
        assertThat(world.admin()
                        .post(
                                "/api/access-tokens",
                                "{\"organization_id\":\"%s\",\"name\":\"%s\",\"authorities\":[\"view\"]}"
                                        .formatted(world.organization(), name))
                        .expect(422)
                        .json()
                        .at("/errors/0/code")
                        .asString())
                .isEqualTo("reserved");
    }

    @Test
    void ofNamesThatLookAlikeAndComeAtOnceOneIsTaken() {
        World world = World.on(port);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (String name : List.of("grace", "Grace", "GRACE", "gr\u0430ce")) {
            calls.add(() -> world.admin()
                    .post(
                            "/api/access-tokens",
                            "{\"organization_id\":\"%s\",\"name\":\"%s\",\"authorities\":[\"view\"]}"
                                    .formatted(world.organization(), name))
                    .status());
        }

        assertThat(Together.run(calls)).containsExactlyInAnyOrder(201, 422, 422, 422);
    }

    @Test
    void nobodyGivesAuthoritiesTheyLack() {
        World world = World.on(port);
        Api administrator = world.person("root", "\"administer\",\"view\"");
        Api.Answer refused = administrator
                .post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view","approve_release"]}""".formatted(world.organization()))
                .expect(403);
        assertThat(refused.problem()).isEqualTo("authority-missing");
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/authorities/1");
        administrator
                .post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view","administer"]}""".formatted(world.organization()))
                .expect(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"})
    void aTokenEndsInTheFutureWithinTenYears(String expiry) {
        World world = World.on(port);
        Api.Answer refused = world.admin()
                .post("/api/access-tokens", """
                        {"organization_id":"%s","name":"x","authorities":["view"],"expires_at":"%s"}""".formatted(world.organization(), expiry))
                .expect(422);
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/expires_at");
        assertThat(refused.json().at("/errors/0/code").asString()).isEqualTo("out-of-range");
    }

    @Test
    void anExpiredTokenIsRefusedAndItsUseIsAudited() {
        World world = World.on(port);
        String tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).toString();
        JsonNode token = world.token("temp", "\"view\"", ",\"expires_at\":\"" + tomorrow + "\"");
        Api api = world.admin().as(token.path("token").asString());
        api.get("/api/whoami").expect(200);
        Rows.database()
                .sql("update access_tokens set expires_at = alloy_now() where id = :id")
                .param("id", token.path("id").asString())
                .update();
        assertThat(api.get("/api/whoami").expect(401).problem()).isEqualTo("unauthenticated");
        assertThat(Rows.audited("credential.refused", token.path("id").asString()))
                .isEqualTo(1);
    }

    @Test
    void aRevokedTokenIsRefusedAtOnceAndItsUseIsAudited() {
        World world = World.on(port);
        JsonNode token = world.token("gone", "\"view\"", "");
        String path = "/api/access-tokens/" + token.path("id").asString();
        Api api = world.admin().as(token.path("token").asString());
        api.get("/api/whoami").expect(200);
        world.admin().delete(path).expect(204);
        Api.Answer refused = api.get("/api/whoami").expect(401);
        assertThat(refused.text()).doesNotContain(token.path("token").asString());
        assertThat(Rows.audited("credential.refused", token.path("id").asString()))
                .isEqualTo(1);
        String revoked = world.admin().get(path).json().path("revoked_at").asString();
        world.admin().delete(path).expect(204);
        assertThat(world.admin().get(path).json().path("revoked_at").asString()).isEqualTo(revoked);
    }

    @Test
    void manyUsesOfADeadTokenAreFewRowsWithTheirNumber() {
        World world = World.on(port);
        JsonNode token = world.token("gone", "\"view\"", "");
        String id = token.path("id").asString();
        Api api = world.admin().as(token.path("token").asString());
        world.admin().delete("/api/access-tokens/" + id).expect(204);

        for (int use = 0; use < 30; use++) {
            api.get("/api/whoami").expect(401);
        }
        assertThat(Rows.audited("credential.refused", id)).isEqualTo(1);
        for (int look = 1; look <= 3; look++) {
            refused.tell(System.nanoTime() + Duration.ofSeconds(61L * look).toNanos());
        }

        assertThat(Rows.database().sql("""
                                select coalesce(detail->>'uses', '1')::int from audit_events
                                where type = 'credential.refused' and credential_id = :id order by id
                                """).param("id", id).query(Integer.class).list())
                .containsExactly(1, 29);
    }

    @Test
    void theFirstUseIsNotedAndTheSecretIsNeverShownAgain() {
        World world = World.on(port);
        JsonNode token = world.token("user", "\"view\"", "");
        String path = "/api/access-tokens/" + token.path("id").asString();
        assertThat(world.admin().get(path).json().path("last_used_at").isNull()).isTrue();
        world.admin().as(token.path("token").asString()).get("/api/whoami").expect(200);
        Api.Answer used = world.admin().get(path);
        assertThat(used.json().path("last_used_at").isNull()).isFalse();
        assertThat(used.text()).doesNotContain(token.path("token").asString());
        assertThat(world.admin().get("/api/access-tokens").text()).doesNotContain("\"token");
    }

    @Test
    void tokensOfOneNameAreOnePerson() {
        World world = World.on(port);
        JsonNode brief = world.brief();
        world.approve(brief);
        String authorities = "\"view\",\"compile_briefs\"";
        String path = "/api/projects/" + world.project() + "/run-requests";
        String body = "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"}";
        JsonNode first =
                world.person("ann", authorities).post(path, body).expect(201).json();
        Api.Answer second = world.person("ann", authorities).post(path, body).expect(200);
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(second.json().path("id")).isEqualTo(first.path("id"));
        assertThat(second.json().path("idempotency_key")).isEqualTo(first.path("idempotency_key"));
        assertThat(second.json().path("requested_by").asString()).isEqualTo("ann");
        JsonNode others =
                world.person("bob", authorities).post(path, body).expect(201).json();
        assertThat(others.path("id")).isNotEqualTo(first.path("id"));
    }

    @Test
    void aRotatedTokenOverlapsWithItsSuccessorAndThenEnds() {
        World world = World.on(port);
        String tomorrow = Instant.now()
                .plus(1, ChronoUnit.DAYS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        JsonNode old = world.token("ada", "\"view\",\"compile_briefs\"", ",\"expires_at\":\"" + tomorrow + "\"");
        String path = "/api/access-tokens/" + old.path("id").asString();

        JsonNode next = world.admin()
                .post(path + "/rotate", "{\"overlap_seconds\":60}")
                .expect(201)
                .json();

        assertThat(next.path("id")).isNotEqualTo(old.path("id"));
        assertThat(next.path("name").asString()).isEqualTo("ada");
        assertThat(next.path("authorities")).isEqualTo(old.path("authorities"));
        assertThat(next.path("expires_at").asString()).isEqualTo(tomorrow);
        world.admin().as(old.path("token").asString()).get("/api/whoami").expect(200);
        world.admin().as(next.path("token").asString()).get("/api/whoami").expect(200);
        assertThat(world.admin().get(path).json().path("expires_at").asString()).isLessThan(tomorrow);

        JsonNode last = world.admin()
                .post("/api/access-tokens/" + next.path("id").asString() + "/rotate", "{\"overlap_seconds\":0}")
                .expect(201)
                .json();

        world.admin().as(next.path("token").asString()).get("/api/whoami").expect(401);
        world.admin().as(last.path("token").asString()).get("/api/whoami").expect(200);
        assertThat(Rows.database()
                        .sql(
                                "select detail ->> 'for_another' from audit_events where type = 'access_token.rotated' and target_id = :id")
                        .param("id", old.path("id").asString())
                        .query(String.class)
                        .single())
                .isEqualTo("true");
    }

    @Test
    void aTokenThatHasEndedHasNoSuccessor() {
        World world = World.on(port);
        String path = "/api/access-tokens/"
                + world.token("gone", "\"view\"", "").path("id").asString();
        world.admin().delete(path).expect(204);

        assertThat(world.admin().post(path + "/rotate", "{}").expect(409).problem())
                .isEqualTo("invalid-transition");
    }

    @Test
    void nobodyRotatesATokenThatMayMoreThanTheirOwn() {
        World world = World.on(port);
        JsonNode strong = world.token("strong", "\"view\",\"approve_release\"", "");
        Api weak = world.person("weak", "\"view\",\"administer\"");

        weak.post("/api/access-tokens/" + strong.path("id").asString() + "/rotate", "{}")
                .expect(403);
    }

    @Test
    void anotherOrganizationsTokenIsNotThere() {
        World world = World.on(port);
        JsonNode foreign = World.on(port).token("ada", "\"view\"", "");
        Api admin = world.person("adam", "\"view\",\"administer\"");

        admin.post("/api/access-tokens/" + foreign.path("id").asString() + "/rotate", "{}")
                .expect(404);
    }

    @Test
    void ofManyRotationsAtOnceWithoutOverlapOneSucceeds() {
        World world = World.on(port);
        String path = "/api/access-tokens/"
                + world.token("many", "\"view\"", "").path("id").asString() + "/rotate";

        List<Api.Answer> answers = Together.times(12, () -> world.admin().post(path, "{\"overlap_seconds\":0}"));

        assertThat(answers).extracting(Api.Answer::status).containsOnlyOnce(201).containsOnly(201, 409);
    }

    @Test
    void aRevokedTokenIsNotRestoredAndACredentialIsNoName() {
        World world = World.on(port);
        JsonNode token = world.token("gone", "\"view\"", "");
        world.admin()
                .delete("/api/access-tokens/" + token.path("id").asString())
                .expect(204);

        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> Rows.database()
                        .sql("update access_tokens set revoked_at = null where id = :id")
                        .param("id", token.path("id").asString())
                        .update())
                .withMessageContaining("was revoked");
        world.admin()
                .post("/api/access-tokens", """
                        {"organization_id":"%s","name":"%s","authorities":["view"]}""".formatted(
                                world.organization(), token.path("token").asString()))
                .expect(422);
    }
}
