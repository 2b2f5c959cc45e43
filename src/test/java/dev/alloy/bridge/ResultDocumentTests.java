package dev.alloy.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.contract.DocumentSchemas;
import dev.alloy.contract.foundry.UnreadableTrace;
import dev.alloy.testing.World;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is made of the traces that the real engine wrote. */
class ResultDocumentTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String HEAD = "a".repeat(40);

    @TempDir
    private Path directory;

    private ObjectNode summary(String example) throws IOException, UnreadableTrace {
        Path file = directory.resolve(example);
        try (InputStream in = World.class.getResourceAsStream("/examples/" + example + ".json")) {
            Files.write(file, Objects.requireNonNull(in).readAllBytes());
        }
        return FoundryFiles.summary(file);
    }

    private JournaledAttempt attempt(String event, String throttle, String project) {
        ObjectNode request = World.example("execution-request");
        request.put("project_id", project)
                .put("trace_id", "b".repeat(32))
                .put("attempt", 1)
                .put("effect", "mutating");
        request.put("idempotency_key", DIGEST);
        ((ObjectNode) request.path("brief")).put("digest", DIGEST);
        ((ObjectNode) request.path("foundry")).put("entry_event", event).put("throttle", throttle);
        ObjectNode entry = JSON.createObjectNode();
        entry.set("request", request);
        entry.put("head", HEAD).put("gate_file_digest", DIGEST);
        return new JournaledAttempt(
                Journal.open(directory.resolve("state" + System.nanoTime()), CrashPoint.NONE), entry);
    }

    private static ObjectNode result(JournaledAttempt attempt, FoundryOutcome outcome) {
        attempt.lookedAfter(new WorkingCopySnapshot(HEAD, "HEAD", HEAD, true), List.of(), List.of(), DIGEST, List.of());
        ObjectNode result = new ResultDocument(attempt, Instant.EPOCH).of(outcome);
        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .isEmpty();
        return result;
    }

    private static FoundryOutcome traced(ObjectNode summary) {
        return FoundryOutcome.of(summary.at("/root_event/id").asString(), summary, null, FoundryOutcome.SUMMARY);
    }

    @Test
    void aValidationWhoseRequiredGateFailedHasFindings() throws Exception {
        ObjectNode summary = summary("foundry-trace-validation");
        JournaledAttempt attempt = attempt(
                "validation_requested",
                summary.path("throttle").asString(),
                summary.path("project").asString());

        ObjectNode result = result(attempt, traced(summary));

        assertThat(result.path("status").asString()).isEqualTo("completed_with_findings");
        assertThat(result.path("gates").valueStream().map(gate -> gate.path("phase")
                        .asString()))
                .containsOnly("preflight");
        assertThat(result.path("gates").valueStream().map(gate -> gate.path("name")
                        .asString()))
                .doesNotHaveDuplicates();
        assertThat(result.path("error").isMissingNode()).isTrue();
    }

    @Test
    void aStrategicDryRunPretendsAndSaysSo() throws Exception {
        ObjectNode summary = summary("foundry-trace-strategic-dry-run");
        JournaledAttempt attempt = attempt(
                "iteration_requested", "dry_run", summary.path("project").asString());

        ObjectNode result = result(attempt, traced(summary));

        assertThat(result.at("/changes/mutators_executed")).isEmpty();
        assertThat(result.at("/changes/mutators_simulated").valueStream().map(JsonNode::asString))
                .contains("Execute Plan");
    }

    @Test
    void aGreetingNeedsNoGates() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        assertThat(result(attempt, traced(summary)).path("status").asString()).isEqualTo("completed");
    }

    @Test
    void anotherThrottleThanAskedForIsAFailureOfSafety() throws Exception {
        JournaledAttempt attempt = attempt("greet_requested", "dry_run", "alloy-smoke");

        ObjectNode result = result(attempt, traced(summary("foundry-trace-greet")));

        assertThat(result.path("status").asString()).isEqualTo("failed");
        assertThat(result.at("/error/category").asString()).isEqualTo("safety");
        assertThat(result.at("/error/code").asString()).isEqualTo("trace-mismatch");
    }

    @Test
    void filesOfTheBriefInACommitAreAFailureOfSafety() throws Exception {
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        attempt.lookedAfter(
                new WorkingCopySnapshot(HEAD, "alloy/x", HEAD, true),
                List.of(HEAD),
                List.of(".alloy/briefs/x"),
                DIGEST,
                List.of());
        ObjectNode result = new ResultDocument(attempt, Instant.EPOCH).of(traced(summary("foundry-trace-greet")));

        assertThat(result.at("/error/code").asString()).isEqualTo("alloy-files-committed");
    }

    @Test
    void nothingExecutedIsAFailureWhateverFoundryThinks() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        summary.putArray("blocks_executed");
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        assertThat(result(attempt, traced(summary)).at("/error/code").asString())
                .isEqualTo("nothing-executed");
    }

    @Test
    void aBlockThatFailedToChangeCodeIsAFailureUnlessGatesHavePassedSince() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        summary.putArray("errors").addObject().put("block", "Execute Plan").put("message", "the agent did not start");
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");
        assertThat(result(attempt, traced(summary)).at("/error/code").asString())
                .isEqualTo("block-failed");
        assertThat(result(attempt, traced(summary)).at("/error/message").asString())
                .isEqualTo("Execute Plan: the agent did not start");

        ObjectNode phase = summary.putArray("gate_phases").addObject();
        phase.put("phase", "verify").put("required_passed", true).put("gates", 1);
        phase.putArray("results")
                .addObject()
                .put("name", "tests")
                .put("passed", true)
                .put("required", true);
        assertThat(result(attempt, traced(summary)).path("status").asString()).isEqualTo("completed_with_findings");
    }

    @Test
    void ofAGateThatRanTwiceTheLastWordCounts() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        var phases = summary.putArray("gate_phases");
        for (boolean passed : new boolean[] {false, true}) {
            ObjectNode phase = phases.addObject().put("phase", "verify");
            phase.putArray("results")
                    .addObject()
                    .put("name", "tests")
                    .put("passed", passed)
                    .put("required", true)
                    .put("exit_code", passed ? 0 : 1);
        }
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        assertThat(result(attempt, traced(summary)).path("gates"))
                .singleElement()
                .satisfies(gate -> assertThat(gate.path("status").asString()).isEqualTo("passed"));
    }

    @Test
    void ofANameThatStandsThereTwiceTheWorstCounts() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        var results = summary.putArray("gate_phases")
                .addObject()
                .put("phase", "verify")
                .putArray("results");
        for (boolean passed : new boolean[] {false, true}) {
            results.addObject().put("name", "tests").put("passed", passed).put("exit_code", passed ? 0 : 1);
        }
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        assertThat(result(attempt, traced(summary)).path("gates"))
                .singleElement()
                .satisfies(gate -> assertThat(gate.path("status").asString()).isEqualTo("failed"));
    }

    @Test
    void whatFoundrySaidOfItsBlocksIsToldInFoundrysWords() throws Exception {
        ObjectNode summary = summary("foundry-trace-greet");
        summary.putArray("blocks_executed");
        summary.putArray("blocks_failed").add("Resolve Gates");
        summary.putArray("errors")
                .addObject()
                .put("block", "Resolve Gates")
                .put("message", "Project 'x' not found in registry")
                .put("fatal", true);
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        ObjectNode result = result(attempt, traced(summary));

        assertThat(result.at("/error/code").asString()).isEqualTo("nothing-executed");
        assertThat(result.at("/error/message").asString()).contains("Project 'x' not found in registry");
        assertThat(result.at("/foundry_errors/0/block").asString()).isEqualTo("Resolve Gates");
    }

    @Test
    void whatWasNotReadIsNotThere() {
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");
        attempt.entry().remove("head");

        ObjectNode result =
                new ResultDocument(attempt, Instant.EPOCH).refused(ExecutionRefused.dispatch("no-clone", "No clone."));

        assertThat(result.has("repo_revision_before")).isFalse();
        assertThat(result.has("repo_revision_after")).isFalse();
        assertThat(result.has("observed")).isFalse();
        assertThat(DocumentSchemas.validate("alloy.foundry_run_result.v1", result))
                .isEmpty();
    }

    @Test
    void whatCannotBeReadIsNoSuccess() {
        JournaledAttempt attempt = attempt("greet_requested", "full", "alloy-smoke");

        ObjectNode result = result(attempt, FoundryOutcome.unread("evt_1", "it is nonsense"));

        assertThat(result.path("status").asString()).isEqualTo("failed");
        assertThat(result.at("/error/message").asString()).contains("it is nonsense");
    }
}
