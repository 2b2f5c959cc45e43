package dev.alloy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Rows;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A correlation id goes with a request wherever it leaves a trace; bodies may be gzip both ways. */
@AlloyTest
class CorrelationScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void theCallersIdIsEchoedAndStored() {
        World world = World.on(port);
        String id = "trace.me:" + world.organization();
        Api.Answer made = world.admin()
                .with("X-Correlation-Id", id)
                .post("/api/projects", """
                        {"id":"p-%s","organization_id":"%s","name":"P"}""".formatted(world.organization(), world.organization()))
                .expect(201);
        assertThat(made.header("X-Correlation-Id")).isEqualTo(id);
        assertThat(Rows.database()
                        .sql("select type from audit_events where correlation_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .containsExactly("project.created");
    }

    @Test
    void aProblemNamesTheIdOfItsRequest() {
        Api.Answer refusal = Api.on(port).with("X-Correlation-Id", "abc-1").get("/api/projects/nothing");
        assertThat(refusal.header("X-Correlation-Id")).isEqualTo("abc-1");
        assertThat(refusal.json().path("correlation_id").asString()).isEqualTo("abc-1");
        Api.Answer stranger =
                Api.on(port).as(null).with("X-Correlation-Id", "abc-2").get("/api/whoami");
        assertThat(stranger.json().path("correlation_id").asString()).isEqualTo("abc-2");
    }

    @Test
    void anIdIsMadeWhereNoneOrAStrangeOneIsGiven() {
        Api api = Api.on(port);
        String made = api.get("/api/whoami").header("X-Correlation-Id");
        assertThat(made).matches("[A-Za-z0-9._:-]{8,128}");
        assertThat(api.get("/api/whoami").header("X-Correlation-Id")).isNotEqualTo(made);
        for (String strange : List.of("a b", "<script>", "x".repeat(129), "\"quoted\"", "a,b")) {
            assertThat(api.with("X-Correlation-Id", strange).get("/api/whoami").header("X-Correlation-Id"))
                    .isNotEqualTo(strange)
                    .matches("[A-Za-z0-9._:-]{8,128}");
        }
    }

    @Test
    void aTraceOfTheCallersIsCarriedOn() {
        String traceId = "0af7651916cd43dd8448eb211c80319c";
        Api traced = Api.on(port).with("traceparent", "00-" + traceId + "-b7ad6b7169203331-01");

        Api.Answer answer = traced.get("/api/whoami").expect(200);

        assertThat(answer.header("traceparent"))
                .matches("00-" + traceId + "-[0-9a-f]{16}-01")
                .doesNotContain("b7ad6b7169203331");
        assertThat(answer.header("X-Correlation-Id")).isEqualTo(traceId);
        assertThat(traced.with("X-Correlation-Id", "mine").get("/api/whoami").header("X-Correlation-Id"))
                .isEqualTo("mine");
    }

    @Test
    void theTraceOfARequestIsSentOnWithItsRun() {
        World world = World.on(port);
        String traceId = "1af7651916cd43dd8448eb211c80319d";
        JsonNode brief = world.brief();
        world.approve(brief);
        JsonNode run = World.requestAs(
                        world.admin().with("traceparent", "00-" + traceId + "-b7ad6b7169203331-00"), brief, "")
                .expect(201)
                .json();

        assertThat(world.firstRunner().offered(run).toString()).contains("\"correlation_id\":\"" + traceId + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "nonsense"
            })
    void aMalformedTraceIsAsIfNoneHadBeenSent(String traceparent) {
        Api.Answer answer =
                Api.on(port).with("traceparent", traceparent).get("/api/whoami").expect(200);

        assertThat(answer.header("traceparent")).isNull();
        assertThat(answer.header("X-Correlation-Id")).doesNotContain("0af7651916cd43dd");
    }

    @Test
    void aCredentialIsNoCorrelationId() {
        String secret = "alloy_pat_01ARZ3NDEKTSV4RRFFQ69G5FAV_" + "0".repeat(72);

        assertThat(Api.on(port)
                        .with("X-Correlation-Id", secret)
                        .get("/api/whoami")
                        .header("X-Correlation-Id"))
                .doesNotContain("alloy_pat");
        Api.Answer refused = World.on(port)
                .person("p", "\"view\"")
                .post("/api/runners/" + secret + "/revoke", "{}")
                .expect(403);
        assertThat(refused.json().path("instance").asString()).isEqualTo("/api/runners/alloy_pat_***/revoke");
        assertThat(Rows.database()
                        .sql("select count(*) from audit_events where target_id like '%' || :secret || '%'")
                        .param("secret", secret)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aGzipBodyIsReadAndALongAnswerIsCodedWhenAskedFor() {
        World world = World.on(port);
        byte[] body = HostileBodies.gzip(
                world.compileBody(World.example("source-intent")).toString().getBytes(StandardCharsets.UTF_8));
        String path = "/api/projects/" + world.project() + "/formation-briefs";
        Api gzip = world.admin().with("Accept-Encoding", "gzip");
        for (int i = 0; i < 4; i++) {
            gzip.with("Content-Encoding", "gzip")
                    .send("POST", path, body, "application/json")
                    .expect(201);
        }
        Api.Answer coded = gzip.get(path).expect(200);
        Api.Answer plain = world.admin().get(path).expect(200);
        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(plain.json().path("items").size()).isEqualTo(4);
        assertThat(coded.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(coded.bytes().length).isLessThan(plain.bytes().length);
    }

    @Test
    void artifactsGoOutUncoded() {
        World world = World.on(port);
        String path = "/api/formation-briefs/" + world.brief().path("id").asString() + "/compiled";
        Api.Answer plain = world.admin().get(path).expect(200);
        Api.Answer asked =
                world.admin().with("Accept-Encoding", "gzip").get(path).expect(200);
        assertThat(plain.bytes().length).isGreaterThan(2_048);
        assertThat(asked.header("Content-Encoding")).isNull();
        assertThat(asked.bytes()).isEqualTo(plain.bytes());
        assertThat(asked.header("ETag")).isEqualTo(plain.header("ETag")).startsWith("\"sha256:");
        assertThat(asked.header("Content-Length")).isEqualTo(Integer.toString(plain.bytes().length));
    }
}
