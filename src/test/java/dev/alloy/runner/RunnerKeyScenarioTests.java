package dev.alloy.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A runner's key can be changed without a gap and taken away without delay; trust never exceeds what is allowed. */
@AlloyTest
class RunnerKeyScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void theOldKeyHoldsDuringTheOverlapAndNoLonger() {
        World world = World.on(port);
        Api old = world.runnerApi();
        Api fresh = rotate(world, "{\"overlap_seconds\":3600}");
        old.get("/api/whoami").expect(200);
        assertThat(fresh.get("/api/whoami").expect(200).json().path("kind").asString())
                .isEqualTo("runner");
        Rows.database()
                .sql("update alloy_runners set previous_key_expires_at = alloy_now() where id = :id")
                .param("id", world.runner())
                .update();
        assertThat(old.get("/api/whoami").expect(401).problem()).isEqualTo("unauthenticated");
        fresh.get("/api/whoami").expect(200);
    }

    @Test
    void withoutOverlapTheOldKeyEndsAtOnce() {
        World world = World.on(port);
        Api fresh = rotate(world, "{\"overlap_seconds\":0}");
        world.runnerApi().get("/api/whoami").expect(401);
        fresh.get("/api/whoami").expect(200);
    }

    @Test
    void aSecondRotationEndsTheKeyBeforeTheLast() {
        World world = World.on(port);
        Api second = rotate(world, "{}");
        Api third = rotate(world, "{}");
        world.runnerApi().get("/api/whoami").expect(401);
        second.get("/api/whoami").expect(200);
        third.get("/api/whoami").expect(200);
    }

    @Test
    void aRevokedRunnersKeysAreAllGone() {
        World world = World.on(port);
        Api fresh = rotate(world, "{\"overlap_seconds\":3600}");
        String path = "/api/runners/" + world.runner();
        JsonNode revoked = world.admin()
                .post(path + "/revoke", "{\"reason\":\"lost laptop\"}")
                .expect(200)
                .json();
        assertThat(revoked.path("status").asString()).isEqualTo("revoked");
        world.runnerApi().get("/api/whoami").expect(401);
        fresh.get("/api/whoami").expect(401);
        assertThat(world.admin().post(path + "/rotate-key", "{}").expect(409).problem())
                .isEqualTo("invalid-transition");
        assertThat(world.admin()
                        .with("If-Match", "*")
                        .patch(path, "{\"status\":\"online\"}")
                        .expect(409)
                        .problem())
                .isEqualTo("invalid-transition");
        world.admin().post(path + "/revoke", "{\"reason\":\"again\"}").expect(200);
    }

    @Test
    void onlyAnAllowedProjectIsTrusted() {
        World world = World.on(port);
        String other = world.anotherProject();
        String path = "/api/runners/" + world.runner();
        Api admin = world.admin().with("If-Match", "*");
        Api.Answer refused =
                admin.patch(path, "{\"trusted_projects\":[\"" + other + "\"]}").expect(422);
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/trusted_projects/0");
        assertThat(refused.json().at("/errors/0/code").asString()).isEqualTo("not-allowed-project");
        assertThat(trusted(admin.patch(path, "{\"trusted_projects\":[\"" + world.project() + "\"]}")))
                .isEqualTo("[\"" + world.project() + "\"]");
        assertThat(trusted(admin.patch(path, "{\"allowed_projects\":[\"" + other + "\"]}")))
                .isEqualTo("[]");
    }

    private static String trusted(Api.Answer answer) {
        return answer.expect(200).json().path("trusted_projects").toString();
    }

    private static Api rotate(World world, String body) {
        String key = world.admin()
                .post("/api/runners/" + world.runner() + "/rotate-key", body)
                .expect(200)
                .json()
                .path("runner_key")
                .asString();
        return world.admin().as(key);
    }
}
