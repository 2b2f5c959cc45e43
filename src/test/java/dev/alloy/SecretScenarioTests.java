package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TestDatabase;
import dev.alloy.testing.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Secrets are shown once, to whom they belong, and written down nowhere. */
@AlloyTest
class SecretScenarioTests {

    private final JdbcClient jdbc = TestDatabase.shared().jdbc();

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"alloy_pat_", "alloy_rnr_", "alloy_lse_", "alloy_cbk_"})
    void areInNoRowOfWhatHappened(String prefix) {
        World world = World.on(port);
        goThroughEverything(world);

        for (String table : new String[] {"audit_events", "run_events"}) {
            assertThat(rows("select count(*) from " + table + " t where organization_id = '" + world.organization()
                            + "'"))
                    .as(table)
                    .isPositive();
            assertThat(rows("select count(*) from " + table + " t where t::text like '%" + prefix + "%'"))
                    .as(table)
                    .isZero();
        }
        assertThat(rows("select count(*) from kept_answers where convert_from(body, 'UTF8') like '%"
                        + world.organization() + "%'"))
                .isPositive();
        assertThat(rows("select count(*) from kept_answers where convert_from(body, 'UTF8') like '%" + prefix
                        + "%' or location like '%" + prefix + "%' or owner like '%" + prefix
                        + "%' or idempotency_key like '%" + prefix + "%' or fingerprint like '%" + prefix + "%'"))
                .isZero();
    }

    /** Makes one of each secret, sends each to where it is refused, and has what can be kept kept. */
    private static void goThroughEverything(World world) {
        Api keeping = world.admin().with("Idempotency-Key", "keep-" + world.organization());
        keeping.post("/api/access-tokens", """
                        {"organization_id":"%s","name":"ann","authorities":["view"]}""".formatted(world.organization())).expect(201);
        Api keepingToo = world.admin().with("Idempotency-Key", "keep-too-" + world.organization());
        JsonNode runner = keepingToo
                .post("/api/runners", """
                        {"organization_id":"%s","name":"runner-2","allowed_projects":["%s"],"installation_ids":["%s"]}""".formatted(world.organization(), world.project(), world.installation()))
                .expect(201)
                .json();
        assertThat(runner.path("runner_key").asString()).startsWith("alloy_rnr_");
        World.Started started = world.startedRun();
        RunnerClient.Lease lease = started.lease();
        Api callback = world.admin().as(lease.callbackToken());
        callback.get("/api/projects").expect(403);
        world.admin().as(lease.token()).post(lease.path() + "/heartbeat", "{}").expect(401);
        world.runnerApi()
                .with("Alloy-Lease", lease.callbackToken())
                .post(lease.path() + "/heartbeat", "{}")
                .expect(403);
        world.runnerApi().get("/api/projects").expect(403);
        callback.post(lease.path() + "/completed", World.result(started.run())).expect(200);
        started.lease()
                .post("completed", World.result(started.run()).put("retry_count", 3))
                .expect(409);
        world.admin()
                .post("/api/runners/" + world.runner() + "/rotate-key", "{}")
                .expect(200);
        world.admin()
                .post("/api/runners/" + world.runner() + "/revoke", "{\"reason\":\"Done.\"}")
                .expect(200);
    }

    private int rows(String query) {
        return jdbc.sql(query).query(Integer.class).single();
    }
}
