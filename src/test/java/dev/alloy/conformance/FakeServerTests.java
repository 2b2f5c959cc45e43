package dev.alloy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.contract.DocumentSchemas;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The server that is played says what the real one says. */
class FakeServerTests {

    private static final Map<String, String> SCHEMAS = Map.of(
            "formation_brief", "alloy.formation_brief.v1",
            "prompt_pack", "alloy.prompt_pack.v1");

    private final FakeServer server = new FakeServer(ScenarioWorld.PROJECT);
    private final PlantedCalls calls = new PlantedCalls(server.url(), server.key());
    private final String runner = calls.once("GET", "/api/whoami", null, null)
            .orElseThrow()
            .json()
            .path("name")
            .asString();

    @AfterEach
    void stop() {
        server.close();
    }

    private RequestFixture queue(RequestFixture.Kind kind) {
        RequestFixture order =
                new RequestFixture(kind, ScenarioWorld.PROJECT, "/work/checkout-service", "abc123", server.url());
        server.api().queue(order);
        return order;
    }

    private PlantedCalls.Answer poll() {
        return calls.once("GET", "/api/runners/" + runner + "/run-requests/next?wait_seconds=0", null, null)
                .orElseThrow();
    }

    private PlantedCalls.Answer post(RequestFixture order, String call, @Nullable String lease, JsonNode body) {
        return calls.once("POST", "/api/run-requests/" + order.id() + "/" + call, lease, body)
                .orElseThrow();
    }

    private static void assertProblem(PlantedCalls.Answer answer, int status, String slug) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("type").asString()).endsWith("/problems/" + slug);
    }

    @ParameterizedTest
    @EnumSource(RequestFixture.Kind.class)
    void servesValidDocumentsWithTheRightDigests(RequestFixture.Kind kind) {
        queue(kind);
        JsonNode request = poll().json().path("execution_request");
        assertThat(DocumentSchemas.validate("alloy.foundry_execution_request.v1", request))
                .isEmpty();
        assertThat(request.path("effect").asString())
                .isEqualTo(kind == RequestFixture.Kind.VALIDATION ? "read_only" : "mutating");
        for (JsonNode artifact : request.path("artifacts")) {
            String path =
                    artifact.path("href").asString().substring(server.url().length());
            byte[] bytes = calls.once("GET", path, null, null).orElseThrow().body();
            assertThat(Digest.of(bytes)).isEqualTo(artifact.path("digest").asString());
            assertThat(bytes).hasSize(artifact.path("size_bytes").asInt());
            String schema = SCHEMAS.get(artifact.path("kind").asString());
            assertThat(schema).isNotNull();
            assertThat(DocumentSchemas.validate(
                            String.valueOf(schema), JsonMapper.shared().readTree(bytes)))
                    .isEmpty();
        }
    }

    @Test
    void movesARunAsTheRealServerDoes() {
        RequestFixture order = queue(RequestFixture.Kind.ITERATION);
        ObjectNode claim = EventChain.object().put("claim", "one");
        assertProblem(post(order, "accepted", null, claim), 409, "not-offered");
        assertThat(poll().json()).isEqualTo(poll().json());
        String first =
                post(order, "accepted", null, claim).json().path("lease_token").asString();
        String second =
                post(order, "accepted", null, claim).json().path("lease_token").asString();
        assertThat(second).isNotEqualTo(first);
        assertProblem(post(order, "accepted", null, EventChain.object().put("claim", "two")), 409, "claim-conflict");

        ObjectNode start = EventChain.object().put("repo_revision_before", "abc123");
        assertProblem(post(order, "started", null, start), 403, "lease-required");
        assertProblem(post(order, "started", "alloy_lse_other", start), 403, "lease-invalid");
        assertThat(post(order, "started", first, start).replayed()).isFalse();
        assertThat(post(order, "started", second, start).replayed()).isTrue();
        assertProblem(post(order, "accepted", null, claim), 409, "invalid-transition");
        assertThat(post(order, "heartbeat", first, EventChain.object())
                        .json()
                        .path("directive")
                        .asString())
                .isEqualTo("continue");
        assertProblem(post(order, "completed", first, EventChain.object()), 422, "invalid-body");
        assertThat(poll().status()).isEqualTo(204);
    }

    @Test
    void takesAResultOnceAndTheSameBytesAgain() {
        RequestFixture order = queue(RequestFixture.Kind.ITERATION);
        poll();
        String lease = post(order, "accepted", null, EventChain.object())
                .json()
                .path("lease_token")
                .asString();
        ObjectNode result = EventChain.object()
                .put("schema_version", "alloy.foundry_run_result.v1")
                .put("run_request_id", order.id())
                .put("brief_id", order.briefId())
                .put("brief_digest", order.briefDigest())
                .put("project_id", order.project())
                .put("status", "failed")
                .put("repo_revision_before", "abc123")
                .put("throttle", "full")
                .put("entry_event", "iteration_requested")
                .put("completed_at", "2026-01-01T00:00:00Z");
        assertProblem(post(order, "completed", lease, result), 409, "invalid-transition");
        assertThat(post(order, "failed", lease, result).replayed()).isFalse();
        assertThat(post(order, "failed", lease, result).replayed()).isTrue();
        assertProblem(post(order, "failed", lease, result.put("retry_count", 1)), 409, "result-conflict");
    }

    @Test
    void cutsAnswersAndStopsListening() throws Exception {
        RequestFixture order = queue(RequestFixture.Kind.ITERATION);
        server.prepare(new InjectedFault("next", InjectedFault.Kind.ANSWER_CUT));
        String next = "/api/runners/" + runner + "/run-requests/next?wait_seconds=0";
        assertThat(calls.once("GET", next, null, null)).isEmpty();
        assertThat(poll().json().at("/execution_request/request_id").asString()).isEqualTo(order.id());
        server.goDark();
        assertThat(calls.once("GET", "/api/whoami", null, null)).isEmpty();
        server.comeBack();
        Optional<PlantedCalls.Answer> back = Waiting.until(
                Duration.ofSeconds(5), () -> calls.once("GET", "/api/whoami", null, null), Optional::isPresent);
        assertThat(back).isPresent();
        server.forgetKey();
        assertProblem(calls.once("GET", "/api/whoami", null, null).orElseThrow(), 401, "unauthenticated");
    }
}
