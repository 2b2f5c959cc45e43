package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.Digest;
import dev.alloy.contract.DocumentSchemas;
import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.World;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The worked example, told over HTTP from the first organization to the audit answer. */
@AlloyTest
class WorkedExampleScenarioTests {

    @LocalServerPort
    private int port;

    @Test
    void aRunGoesFromIntentToAuditAnswer() {
        World world = World.on(port);
        Api admin = world.admin();
        Api runner = world.runnerApi();

        JsonNode brief = world.brief();
        theBriefIsCompiled(brief);
        JsonNode approval = world.approve(brief);
        theApprovalNamesWhatItCovers(approval, brief);
        JsonNode run = world.request(brief);
        assertThat(run.path("status").asString()).isEqualTo("queued");
        assertThat(run.path("effect").asString()).isEqualTo("read_only");
        assertThat(run.path("attempts").asInt()).isZero();
        theSameRequestIsTheSameRun(world, brief, run);

        JsonNode request = runner.get("/api/runners/" + world.runner() + "/run-requests/next?wait_seconds=5")
                .expect(200)
                .json()
                .path("execution_request");
        theExecutionRequestHoldsTheExample(request, brief, run, world);
        everyArtifactHasTheDigestThatWasApproved(runner, request);

        String path = "/api/run-requests/" + run.path("id").asString();
        JsonNode accepted = runner.post(path + "/accepted", "{}").expect(200).json();
        assertThat(accepted.path("attempt").asInt()).isEqualTo(1);
        assertThat(accepted.path("lease").path("seconds").asInt()).isEqualTo(90);
        Api leased = runner.with("Alloy-Lease", accepted.path("lease_token").asString());
        assertThat(leased.post(path + "/heartbeat", "{}")
                        .expect(200)
                        .json()
                        .path("directive")
                        .asString())
                .isEqualTo("continue");
        leased.post(path + "/started", "{\"repo_revision_before\":\"abc123\"}").expect(200);
        JsonNode taken =
                leased.post(path + "/completed", World.result(run)).expect(200).json();
        assertThat(taken.path("status").asString()).isEqualTo("completed_with_findings");

        JsonNode ended = admin.get(path).expect(200).json();
        assertThat(ended.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(ended.path("retry_count").asInt()).isEqualTo(1);
        theEvidenceIsMapped(admin.get(path + "/evidence").expect(200).json());
        theAuditQuestionIsAnswered(admin.get(path + "/audit").expect(200).json());
        runner.get("/api/runners/" + world.runner() + "/run-requests/next?wait_seconds=0")
                .expect(204);
    }

    private static void theBriefIsCompiled(JsonNode brief) {
        assertThat(brief.path("version").asInt()).isEqualTo(1);
        assertThat(Digest.isWellFormed(brief.path("digest").asString())).isTrue();
        assertThat(brief.path("status").asString()).isEqualTo("compiled");
        assertThat(brief.path("schema_version").asString()).isEqualTo("alloy.formation_brief.v1");
        assertThat(brief.path("gate_overlays").size()).isEqualTo(3);
        assertThat(brief.path("evidence_definitions").path(0).path("key").asString())
                .isEqualTo("rules-tested-without-ui");
        assertThat(brief.path("target").path("mode").asString()).isEqualTo("runner_pull");
    }

    private static void theApprovalNamesWhatItCovers(JsonNode approval, JsonNode brief) {
        assertThat(approval.path("brief_digest")).isEqualTo(brief.path("digest"));
        assertThat(approval.path("prompt_pack_digest"))
                .isEqualTo(brief.path("prompt_pack").path("digest"));
        assertThat(approval.path("overlay_digests").size()).isEqualTo(3);
        assertThat(approval.path("approved_by").asString()).isEqualTo("bootstrap");
    }

    private static void theSameRequestIsTheSameRun(World world, JsonNode brief, JsonNode run) {
        Api.Answer again = world.admin()
                .post(
                        "/api/projects/" + world.project() + "/run-requests",
                        "{\"formation_brief_id\":\"" + brief.path("id").asString() + "\"}")
                .expect(200);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.json().path("id")).isEqualTo(run.path("id"));
        assertThat(Digest.of(again.json().path("idempotency_parts")))
                .isEqualTo(run.path("idempotency_key").asString());
    }

    private static void theExecutionRequestHoldsTheExample(
            JsonNode request, JsonNode brief, JsonNode run, World world) {
        JsonNode example = World.example("execution-request");
        assertThat(DocumentSchemas.validate("alloy.foundry_execution_request.v1", request))
                .isEmpty();
        assertThat(request.propertyNames()).containsAll(example.propertyNames());
        assertThat(request.path("request_id")).isEqualTo(run.path("id"));
        assertThat(request.path("idempotency_key")).isEqualTo(run.path("idempotency_key"));
        assertThat(request.path("repo")).isEqualTo(example.path("repo"));
        assertThat(request.path("brief").path("digest")).isEqualTo(brief.path("digest"));
        assertThat(request.path("brief").path("local_path").asString())
                .isEqualTo(".alloy/briefs/" + brief.path("id").asString() + ".yaml");
        JsonNode payload = request.path("foundry").path("payload");
        example.path("foundry").path("payload").properties().forEach(member -> assertThat(payload.path(member.getKey()))
                .isEqualTo(member.getValue()));
        assertThat(request.path("project_id").asString()).isEqualTo(world.project());
        assertThat(request.path("reporting").path("callback_url").asString())
                .endsWith("/api/run-requests/" + run.path("id").asString() + "/completed");
        assertThat(request.path("trace_id").asString()).matches("[0-9a-f]{32}");
    }

    private static void everyArtifactHasTheDigestThatWasApproved(Api runner, JsonNode request) {
        assertThat(request.path("artifacts").size()).isEqualTo(5);
        for (JsonNode artifact : request.path("artifacts")) {
            Api.Answer fetched = runner.get(artifact.path("href").asString()).expect(200);
            assertThat(Digest.of(fetched.bytes()))
                    .isEqualTo(artifact.path("digest").asString());
            assertThat(fetched.bytes()).hasSize(artifact.path("size_bytes").asInt());
            assertThat(fetched.header("ETag"))
                    .isEqualTo("\"" + artifact.path("digest").asString() + "\"");
            assertThat(fetched.header("Repr-Digest")).startsWith("sha-256=:");
        }
    }

    private static void theEvidenceIsMapped(JsonNode evidence) {
        assertThat(evidence.path("items")
                        .valueStream()
                        .map(item -> item.path("key").asString() + " "
                                + item.path("status").asString()))
                .containsExactly(
                        "rules-tested-without-ui passing",
                        "vendor-imports-isolated failing",
                        "verify-gates-passed unknown",
                        "decline-cases-reviewed proposed");
        assertThat(evidence.path("totals").toString())
                .isEqualTo("{\"required\":3,\"passing\":1,\"failing\":1,\"unknown\":1,\"waived\":0}");
    }

    private static void theAuditQuestionIsAnswered(JsonNode audit) {
        assertThat(audit.path("exact_snapshot").path("verdict").asString()).isEqualTo("proven");
        assertThat(audit.path("answers").propertyNames())
                .containsExactly(
                        "approved_by",
                        "intent_snapshot",
                        "prompt_pack",
                        "foundry_version",
                        "runner",
                        "repo_revision",
                        "gates_required",
                        "gates_outcome",
                        "mutators",
                        "files_changed",
                        "commits",
                        "capabilities",
                        "threats_observed",
                        "evidence_missing");
        audit.path("answers").forEach(answer -> {
            assertThat(answer.path("known").asBoolean()).isTrue();
            assertThat(answer.path("source").asString()).startsWith("/api/");
        });
    }
}
