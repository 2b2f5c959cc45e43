package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A run in the language of its intent. */
@AlloyTest
class ReportScenarioTests {

    private static final String UI = "alloy.capability.test-rules-without-ui";
    private static final String PROVIDER = "alloy.capability.replace-payment-provider";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode run;
    private String traceId;
    private RunnerClient.Lease lease;

    @BeforeEach
    void start() {
        world = World.on(port);
        run = world.queuedRun();
        traceId = world.firstRunner().offered(run).path("trace_id").asString();
        lease = world.firstRunner().acceptOffered(run, "{}").start();
    }

    private JsonNode report() {
        return world.admin().get(RunnerClient.path(run) + "/report").expect(200).json();
    }

    private static List<String> ids(JsonNode capabilities) {
        return capabilities.findValuesAsString("id");
    }

    private static List<String> needs(JsonNode report) {
        return report.path("needs_person").findValuesAsString("what");
    }

    @Test
    void saysWhatHappenedAndWhatNeedsAPerson() {
        lease.post("completed", World.result(run).put("status", "completed")).expect(200);

        JsonNode report = report();

        assertThat(report.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(report.path("claimed_status").asString()).isEqualTo("completed");
        assertThat(report.path("exact_snapshot").asString()).isEqualTo("proven");
        assertThat(report.at("/why/objective").asString()).isEqualTo("Let a customer pay for a checkout with a card.");
        assertThat(report.at("/why/intent_refs/product/0").asString())
                .isEqualTo("epilogue.interaction.checkout.submit-payment");
        assertThat(report.at("/why/approved_by").asString()).isEqualTo("bootstrap");
        assertThat(report.path("what_happened").toString())
                .contains("iteration_requested", "Execute Plan", "recorded is");
        assertThat(ids(report.at("/capabilities/at_risk"))).containsExactly(PROVIDER);
        assertThat(ids(report.at("/capabilities/preserved")))
                .as("claims alone prove nothing")
                .isEmpty();
        assertThat(ids(report.at("/capabilities/unproven"))).containsExactly(UI);
        assertThat(report.at("/capabilities/unproven/0/because").asString())
                .contains("The result says that it is preserved, but", "verify-gates-passed is unknown");
        assertThat(report.at("/threats/observed/0").asString()).startsWith("Vendor SDK types");
        assertThat(report.path("follow_up_questions")).hasSize(1);
        assertThat(needs(report))
                .anySatisfy(need -> assertThat(need).contains("claims completed"))
                .anySatisfy(need -> assertThat(need).contains("Required evidence fails: vendor-imports-isolated"))
                .anySatisfy(need -> assertThat(need).contains("Required evidence is missing: verify-gates-passed"));
        assertThat(report.path("sources").path("result").asString()).startsWith("/api/run-results/");
    }

    @Test
    void believesCapabilitiesThatEvidenceProves() {
        lease.post("completed", World.result(run)).expect(200);
        lease.api()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(traceId, world.project()).text())
                .expect(201);

        JsonNode report = report();

        assertThat(ids(report.at("/capabilities/preserved"))).containsExactly(UI);
        assertThat(report.path("what_happened").toString()).contains("The trace trace_");
        assertThat(report.path("sources").path("trace").asString()).startsWith("/api/trace-imports/");
    }

    @Test
    void holdsTheResultAgainstTheTrace() {
        lease.post("completed", World.result(run)).expect(200);
        TraceFile file = TraceFile.ofDryRun(traceId, world.project())
                .block("Commit and Push", true, "Committed changes", 2)
                .event("project_changes_committed", "{\"cve\":\"unknown\",\"message\":\"chore\"}")
                .event("project_changes_pushed", "{\"cve\":\"unknown\"}");
        lease.api()
                .post(RunnerClient.path(run) + "/traces?trace_format=foundry.process_result", file.text())
                .expect(201);

        assertThat(needs(report()))
                .contains(
                        "The trace shows a commit; the report lists none.",
                        "The trace shows a push; the report says that nothing was pushed.")
                .anyMatch(need -> need.contains("only the trace names Commit and Push"))
                .anyMatch(need -> need.contains("HEAD of the run's working copy did not move"));
    }

    @Test
    void tellsOfTracesThatAreNotBelieved() {
        lease.api()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun("foreign", world.project()).text())
                .expect(201);

        assertThat(needs(report())).singleElement().asString().contains("not believed", "trace id");
        assertThat(report().path("headline").asString()).contains("has not ended");
    }

    @Test
    void isMarkdownForWhoeverAsks() {
        ObjectNode result = World.result(run);
        ((ObjectNode) result.path("summary"))
                .putArray("threats_observed")
                .add("<img src=x onerror=alert(1)> token=SECRETCANARY0123")
                .add("# Heading\n- item")
                .add("[l](http://evil.test) www.evil.test **b** a@evil.test");
        lease.post("completed", result).expect(200);

        Api.Answer answer = world.admin()
                .with("Accept", "text/markdown")
                .get(RunnerClient.path(run) + "/report")
                .expect(200);

        assertThat(answer.header("Content-Type")).isEqualTo("text/markdown;charset=UTF-8");
        assertThat(answer.text())
                .startsWith("# Run " + run.path("id").asString())
                .contains(
                        "## What needs a person",
                        "## Capabilities at risk",
                        "\\<img src=x",
                        "\\# Heading - item",
                        "\\[l\\](http:\\/\\/evil.test) www\\.evil.test \\*\\*b")
                .doesNotContain("SECRETCANARY", "\n<img");
    }

    @Test
    void walksFromTheIntentToTheObservationsAndBack() {
        lease.post("completed", World.result(run)).expect(200);
        JsonNode trace = lease.api()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(traceId, world.project()).text())
                .expect(201)
                .json();

        JsonNode chain = world.admin()
                .get(RunnerClient.path(run) + "/audit")
                .expect(200)
                .json()
                .path("correlation");

        assertThat(chain.findValuesAsString("kind"))
                .containsExactly(
                        "intent_snapshot",
                        "formation_brief",
                        "prompt_pack",
                        "approval",
                        "run_request",
                        "attempt",
                        "root_event",
                        "block_spans",
                        "gate_results",
                        "result",
                        "observations");
        assertThat(chain).allSatisfy(link -> assertThat(link.path("id").isString())
                .as(link.toString())
                .isTrue());
        assertThat(chain)
                .allSatisfy(
                        link -> world.admin().get(link.path("href").asString()).expect(200));
        assertThat(chain.at("/5/id").asString()).isEqualTo(traceId);
        assertThat(chain.at("/6/id")).isEqualTo(trace.at("/summary/root_event/id"));

        JsonNode observation = world.admin()
                .get(RunnerClient.path(run) + "/evidence")
                .expect(200)
                .json()
                .at("/items/0/observations/0");
        assertThat(observation.path("run_request_id")).isEqualTo(run.path("id"));
        assertThat(observation.at("/supporting_artifacts/0").asString()).startsWith("trace://");
        assertThat(found("trace_id=" + traceId)).containsExactly(run.path("id").asString());
        assertThat(found("trace_id=" + "0".repeat(32))).isEmpty();
        assertThat(found("foundry_run_id=" + World.foundryRun(run)))
                .containsExactly(run.path("id").asString());
        assertThat(World.on(port)
                        .person("cas", "\"view\"")
                        .get("/api/run-requests?trace_id=" + traceId)
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    private List<String> found(String filter) {
        return world.admin()
                .get("/api/run-requests?" + filter)
                .expect(200)
                .json()
                .path("items")
                .findValuesAsString("id");
    }

    @Test
    void answersFromTheTraceWhatTheResultLeavesOut() {
        ObjectNode result = World.result(run);
        result.remove("changes");
        lease.post("completed", result).expect(200);
        JsonNode before = audit();
        assertThat(before.at("/answers/mutators/known").booleanValue()).isFalse();

        lease.api()
                .post(
                        RunnerClient.path(run) + "/traces?trace_format=foundry.process_result",
                        TraceFile.ofDryRun(traceId, world.project()).text())
                .expect(201);

        JsonNode after = audit();
        assertThat(after.at("/answers/mutators/known").booleanValue()).isTrue();
        assertThat(after.at("/answers/mutators/value/mutators_simulated/0").asString())
                .isEqualTo("Execute Plan");
        assertThat(after.at("/answers/mutators/source").asString()).startsWith("/api/trace-imports/");
        assertThat(after.at("/answers/files_changed/because").isString()).isTrue();
    }

    private JsonNode audit() {
        return world.admin().get(RunnerClient.path(run) + "/audit").expect(200).json();
    }

    @Test
    void showsTheProjectsCoverageOverTime() {
        lease.post("completed", World.result(run)).expect(200);
        JsonNode second = world.queuedRun(World.intent("Once more"));
        ObjectNode better = World.result(second);
        ((ObjectNode) better.at("/gates/1")).put("status", "passed").put("exit_code", 0);
        ((ObjectNode) better.path("summary")).putArray("capabilities_at_risk");
        world.firstRunner().start(second).post("completed", better).expect(200);
        world.queuedRun(World.intent("Not ended"));
        String path = "/api/projects/" + world.project() + "/evidence";

        JsonNode coverage = world.admin().get(path).expect(200).json();

        assertThat(coverage.path("items").findValuesAsString("run_request_id"))
                .containsExactly(second.path("id").asString(), run.path("id").asString());
        assertThat(coverage.at("/items/0/totals/passing").intValue()).isEqualTo(2);
        JsonNode provider = coverage.path("capabilities")
                .valueStream()
                .filter(one -> one.path("capability_id").asString().equals(PROVIDER))
                .findFirst()
                .orElseThrow();
        assertThat(provider.path("standing").asString()).isEqualTo("preserved");
        assertThat(provider.path("history").findValuesAsString("standing")).containsExactly("preserved", "at_risk");
        assertThat(provider.path("at_risk").intValue()).isEqualTo(1);

        JsonNode first = world.admin()
                .get(path + "?limit=1&capability_id=" + UI)
                .expect(200)
                .json();
        assertThat(first.path("items")).hasSize(1);
        assertThat(first.path("capabilities").findValuesAsString("capability_id"))
                .containsExactly(UI);
        JsonNode next = world.admin()
                .get(path + "?limit=1&capability_id=" + UI + "&cursor="
                        + first.path("next_cursor").asString())
                .expect(200)
                .json();
        assertThat(next.at("/items/0/run_request_id")).isEqualTo(run.path("id"));
        assertThat(world.admin()
                        .get(path + "?since=2200-01-01T00:00:00Z")
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(World.on(port)
                        .person("cas", "\"view\"")
                        .get(path)
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void answersForAnyTime() {
        String path = "/api/projects/" + world.project() + "/evidence?since=";

        world.admin().get(path + "-999999999-01-01T00:00:00Z").expect(200);
        world.admin()
                .get("/api/run-requests?state_since_before=%2B999999999-01-01T00:00:00Z")
                .expect(200);
    }

    @Test
    void takesObservationsByFoundrysOwnId() {
        lease.post("completed", World.result(run)).expect(200);
        JsonNode item = world.admin()
                .get(RunnerClient.path(run) + "/evidence")
                .expect(200)
                .json()
                .at("/items/2");
        String body =
                "{\"schema_version\":\"alloy.evidence_observation.v1\",\"evidence_definition_id\":\"%s\",\"status\":\"satisfied\"}"
                        .formatted(item.path("evidence_definition_id").asString());

        JsonNode kept = lease.api()
                .post("/api/foundry-runs/" + World.foundryRun(run) + "/evidence-observations", body)
                .expect(201)
                .json();

        assertThat(kept.path("run_request_id")).isEqualTo(run.path("id"));
        assertThat(lease.api()
                        .post("/api/foundry-runs/evt_none/evidence-observations", body)
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }
}
