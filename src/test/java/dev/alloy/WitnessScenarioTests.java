package dev.alloy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alloy.testing.AlloyTest;
import dev.alloy.testing.Api;
import dev.alloy.testing.Browser;
import dev.alloy.testing.RunnerClient;
import dev.alloy.testing.TraceFile;
import dev.alloy.testing.World;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the record says of a run that went wrong, over HTTP, with documents as a bridge sends them. Source: witnesses.md. */
@AlloyTest
class WitnessScenarioTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String HEAD = World.REVISION + "0".repeat(34);
    private static final String NEXT = "def456" + "0".repeat(34);
    private static final String BRANCH = "alloy/checkout-payment";
    private static final String SUMMARY = "urn:alloy:predicate:evidence-summary:v1";
    private static final String TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1";
    private static final String PROVENANCE = "https://slsa.dev/provenance/v1";
    private static final String APPROVAL = "urn:alloy:predicate:approval:v1";

    @LocalServerPort
    private int port;

    private World world;
    private JsonNode run = JSON.createObjectNode();
    private String traceId = "";

    @SuppressWarnings("NullAway.Init")
    private RunnerClient.Lease lease;

    @BeforeEach
    void make() {
        world = World.on(port);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
    }

    /** A started run that may change code. */
    private void full() {
        ObjectNode intent = World.intent("A full run.");
        ((ObjectNode) intent.path("foundry")).put("throttle", "full");
        JsonNode brief = world.briefByAuthor(world.compileBody(intent));
        world.admin()
                .post(
                        "/api/formation-briefs/" + brief.path("id").asString() + "/approvals",
                        "{\"scope\":\"commit_push\",\"repo_revision\":\"" + HEAD + "\"}")
                .expect(201);
        start(World.requestAs(world.person("bob", "\"view\",\"compile_briefs\""), brief, "")
                .expect(201)
                .json());
    }

    /** A started run that only reads. */
    private void reading() {
        start(world.queuedRun());
    }

    private void start(JsonNode queued) {
        run = queued;
        traceId = world.firstRunner().offered(run).path("trace_id").asString();
        lease = world.firstRunner().acceptOffered(run, "{}");
        lease.post("started", "{\"repo_revision_before\":\"" + HEAD + "\"}").expect(200);
    }

    /** A result that claims completed, with both required gates passed and one commit that the bridge saw on the run's branch. */
    private ObjectNode result() {
        boolean mutating = run.path("throttle").asString().equals("full");
        ObjectNode result = World.result(run).put("status", "completed");
        result.put("throttle", run.path("throttle").asString()).put("trace_id", traceId);
        result.put("repo_revision_before", HEAD).put("repo_revision_after", mutating ? NEXT : HEAD);
        ((ObjectNode) result.at("/gates/1")).put("status", "passed").put("exit_code", 0);
        if (mutating) {
            ObjectNode changes = (ObjectNode) result.path("changes");
            changes.putArray("commits").add(NEXT);
            changes.putArray("mutators_executed").add("Execute Plan").add("Commit and Push");
            changes.putArray("mutators_simulated");
        }
        ObjectNode observed = result.putObject("observed");
        observed.put("head_before", HEAD).put("head_after", mutating ? NEXT : HEAD);
        observed.put("branch_before", BRANCH).put("branch_after", BRANCH);
        observed.put("tree_before", "1".repeat(40)).put("tree_after", (mutating ? "2" : "1").repeat(40));
        observed.put("clean_before", true).put("clean_after", true);
        return result;
    }

    /** Foundry's own file of such a run. */
    private TraceFile trace() {
        return begun().block("Execute Plan", true, "done", 1)
                .verification(true)
                .event("project_changes_committed", "{\"message\":\"m\"}")
                .block("Run Verify Gates", true, "passed", 1)
                .block("Commit and Push", true, "Committed and pushed changes", 1);
    }

    private TraceFile begun() {
        return new TraceFile(traceId, world.project(), run.path("throttle").asString())
                .event("iteration_requested", "{\"project\":\"p\"}");
    }

    private void send(TraceFile file) {
        lease.api()
                .post(lease.path() + "/traces?trace_format=foundry.process_result", file.text())
                .expect(201);
    }

    private JsonNode complete(ObjectNode result) {
        return lease.post("completed", result).expect(200).json();
    }

    private JsonNode account() {
        Api.Answer answer = world.admin().get(lease.path() + "/account").expect(200);
        JsonNode account = answer.json();
        assertThat(account.path("schema_version").asString()).isEqualTo("alloy.run_account.v1");
        return account;
    }

    private JsonNode run() {
        return world.read(run);
    }

    private JsonNode evidence(String key) {
        return world.admin()
                .get(lease.path() + "/evidence")
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("key").asString().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private String verdict() {
        return world.admin()
                .get(lease.path() + "/audit")
                .expect(200)
                .json()
                .at("/exact_snapshot/verdict")
                .asString();
    }

    private List<JsonNode> statements() {
        return world.admin()
                .with("Accept", "application/jsonl")
                .get(lease.path() + "/attestation")
                .expect(200)
                .text()
                .lines()
                .map(line -> JSON.readTree(Base64.getDecoder()
                        .decode(JSON.readTree(line).path("payload").asString())))
                .toList();
    }

    private List<String> signed() {
        return statements().stream()
                .map(one -> one.path("predicateType").asString())
                .toList();
    }

    private JsonNode statement(String type) {
        return statements().stream()
                .filter(one -> one.path("predicateType").asString().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private List<String> codes(JsonNode account) {
        return account.path("findings")
                .valueStream()
                .map(one -> one.path("code").asString())
                .toList();
    }

    private List<String> needs() {
        return world.admin()
                .get(lease.path() + "/report")
                .expect(200)
                .json()
                .path("needs_person")
                .valueStream()
                .map(need -> need.path("what").asString())
                .toList();
    }

    private void assertRecorded(String status, @Nullable String failure) {
        JsonNode read = run();
        assertThat(read.path("status").asString()).isEqualTo(status);
        assertThat(
                        read.path("failure").isNull()
                                ? null
                                : read.at("/failure/category").asString() + "/"
                                        + read.at("/failure/code").asString())
                .isEqualTo(failure);
        assertThat(read.at("/account/status").asString()).isEqualTo(status);
        assertThat(read.at("/account/differs").booleanValue()).isFalse();
    }

    /** The same facts, whichever comes first, lead to the same account. */
    private void inEitherOrder(
            UnaryOperator<TraceFile> trace, UnaryOperator<ObjectNode> result, Consumer<JsonNode> check) {
        full();
        send(trace.apply(trace()));
        complete(result.apply(result()));
        check.accept(account());
        assertThat(run().at("/account/version").intValue()).isEqualTo(1);
        world = World.on(port);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        full();
        complete(result.apply(result()));
        send(trace.apply(trace()));
        check.accept(account());
    }

    @Test
    void whatEverybodySawIsProvenAndSigned() {
        inEitherOrder(trace -> trace, result -> result, account -> {
            assertThat(account.path("status").asString()).isEqualTo("completed");
            assertThat(account.at("/exact_snapshot/verdict").asString()).isEqualTo("proven");
            assertThat(account.path("items").valueStream().map(one -> one.path("status")
                            .asString()))
                    .startsWith("passing", "passing", "passing");
            assertThat(account.path("executed").booleanValue()).isTrue();
            assertThat(account.path("verified").booleanValue()).isTrue();
            assertThat(account.path("committed").booleanValue()).isTrue();
        });
        assertThat(signed()).containsExactly(SUMMARY, TEST_RESULT, PROVENANCE, APPROVAL);
        JsonNode tests = statement(TEST_RESULT);
        assertThat(tests.at("/predicate/result").asString()).isEqualTo("PASSED");
        assertThat(tests.at("/subject/0/digest/gitCommit").asString()).isEqualTo(NEXT);
        assertThat(statement(PROVENANCE).at("/subject/0/digest/gitCommit").asString())
                .isEqualTo(NEXT);
    }

    @Test
    void anAccountIsServedAsTheBytesThatWereHashed() {
        reading();
        assertThat(world.admin().get(lease.path() + "/account").expect(409).problem())
                .isEqualTo("run-not-ended");
        complete(result());

        Api.Answer answer = world.admin().get(lease.path() + "/account").expect(200);
        String digest = dev.alloy.contract.Digest.of(answer.bytes());
        assertThat(answer.header("ETag")).contains(digest.substring(7));
        assertThat(statement(SUMMARY).at("/predicate/account/digest").asString())
                .isEqualTo(digest);
        assertThat(world.admin()
                        .get(lease.path() + "/account?version=1")
                        .expect(200)
                        .bytes())
                .isEqualTo(answer.bytes());
        for (String none : List.of("0", "2", "1000000")) {
            assertThat(world.admin()
                            .get(lease.path() + "/account?version=" + none)
                            .expect(404)
                            .problem())
                    .isEqualTo("not-found");
        }
        assertThat(world.admin()
                        .get(lease.path() + "/account?version=x")
                        .expect(400)
                        .problem())
                .isEqualTo("invalid-parameter");
        assertThat(world.person("eve", "\"compile_briefs\"")
                        .get(lease.path() + "/account")
                        .expect(403)
                        .problem())
                .isEqualTo("authority-missing");
        assertThat(World.on(port)
                        .person("mallory", "\"view\"")
                        .get(lease.path() + "/account")
                        .expect(404)
                        .problem())
                .isEqualTo("not-found");
    }

    @Test
    void aSimulatedRunProvesNothingAnywhere() {
        full();
        complete(result().put("simulated", true));

        assertRecorded("completed_with_findings", null);
        assertThat(run().path("simulated").booleanValue()).isTrue();
        JsonNode item = evidence("rules-tested-without-ui");
        assertThat(item.path("status").asString()).isEqualTo("unknown");
        assertThat(item.path("simulated_status").asString()).isEqualTo("passing");
        assertThat(verdict()).isEqualTo("not_reconstructable");
        assertThat(signed()).containsExactly(SUMMARY, APPROVAL);
        assertThat(statement(SUMMARY).at("/predicate/simulated").booleanValue()).isTrue();
        JsonNode report =
                world.admin().get(lease.path() + "/report").expect(200).json();
        assertThat(report.path("simulated").booleanValue()).isTrue();
        assertThat(report.path("capabilities").path("preserved")).isEmpty();
        assertThat(report.path("capabilities").path("at_risk")).isEmpty();
        assertThat(needs()).anyMatch(need -> need.contains("simulated"));
        JsonNode listed = world.admin()
                .get("/api/run-requests?account_status=completed_with_findings&project_id=" + world.project())
                .expect(200)
                .json();
        assertThat(listed.at("/items/0/simulated").booleanValue()).isTrue();
        assertThat(world.admin()
                        .get("/api/run-requests?account_status=failed&project_id=" + world.project())
                        .expect(200)
                        .json()
                        .path("items"))
                .isEmpty();
    }

    @Test
    void aRequiredGateThatASimulationDoesNotNameIsUnknownNotMissing() {
        full();
        ObjectNode result = result().put("simulated", true);
        result.putArray("gates");
        complete(result);

        assertRecorded("completed_with_findings", null);
    }

    @Test
    void ofAGateNameThatStandsThereTwiceTheWorstCounts() {
        inEitherOrder(
                trace -> begun().block("Run Verify Gates", false, "failed", 1)
                        .verification(
                                false,
                                TraceFile.gate("tests", TraceFile.TESTS, false),
                                TraceFile.gate("tests", "true", true),
                                TraceFile.gate("vendor_import_boundary", TraceFile.BOUNDARY, true)),
                result -> result,
                account -> {
                    assertThat(account.at("/items/0/status").asString()).isEqualTo("failing");
                    assertThat(account.path("status").asString()).isEqualTo("failed");
                });
        full();
        ObjectNode result = result();
        ObjectNode again = (ObjectNode) result.at("/gates/0").deepCopy();
        result.withArray("gates").insert(0, again.put("status", "failed").put("exit_code", 1));
        complete(result);
        assertRecorded("failed", "execution/gate-failed");
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("failing");
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("FAILED");
    }

    @Test
    void aSwappedCommandNeverCounts() {
        inEitherOrder(
                trace -> begun().block("Execute Plan", true, "done", 1)
                        .verification(
                                true,
                                TraceFile.gate("tests", "true", true),
                                TraceFile.gate("vendor_import_boundary", TraceFile.BOUNDARY, true))
                        .event("project_changes_committed", "{\"message\":\"m\"}")
                        .block("Commit and Push", true, "Committed and pushed changes", 1),
                result -> result,
                account -> {
                    assertThat(account.path("status").asString()).isEqualTo("failed");
                    assertThat(account.at("/failure/code").asString()).isEqualTo("gate-command-changed");
                    assertThat(account.at("/items/0/status").asString()).isEqualTo("unknown");
                    assertThat(codes(account)).contains("gate-command-changed");
                });
        assertThat(statement(TEST_RESULT)
                        .at("/predicate/failedTests")
                        .valueStream()
                        .map(JsonNode::asString))
                .contains("verify/tests");
        reading();
        ObjectNode result = result();
        ((ObjectNode) result.at("/gates/0")).put("command", "true");
        complete(result);
        assertRecorded("completed_with_findings", null);
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Execute Plan", "Commit and Push"})
    void aBlockThatFailedFailsTheRunInFoundrysWords(String block) {
        String said = "failed to spawn command: claude";
        inEitherOrder(
                trace -> begun().block(block, false, said, block.startsWith("Execute") ? 1 : 0)
                        .block("Run Verify Gates", true, "passed", 1)
                        .verification(true),
                result -> {
                    result.put("repo_revision_after", HEAD).put("stash", "stash@{0}: alloy");
                    ((ObjectNode) result.path("changes")).putArray("commits");
                    ((ObjectNode) result.path("observed"))
                            .put("head_after", HEAD)
                            .put("tree_after", "1".repeat(40));
                    return result;
                },
                account -> {
                    assertThat(account.path("status").asString()).isEqualTo("failed");
                    assertThat(account.at("/failure/code").asString()).isEqualTo("block-failed");
                    assertThat(account.at("/failure/message").asString()).isEqualTo(block + ": " + said);
                    assertThat(account.at("/blocks_failed/0").asString()).isEqualTo(block);
                    assertThat(account.at("/items/0/status").asString()).isEqualTo("unknown");
                    assertThat(account.path("executed").booleanValue()).isFalse();
                });
        assertThat(signed()).doesNotContain(PROVENANCE);
        assertThat(needs()).anyMatch(need -> need.contains("stash@{0}"));
    }

    @Test
    void gatesThatSawUncommittedChangesTestifyForTheTree() {
        full();
        ObjectNode result = result();
        ((ObjectNode) result.path("observed")).put("clean_after", false);
        complete(result);

        assertRecorded("completed_with_findings", null);
        assertThat(codes(account())).contains("tree-not-clean");
        JsonNode tests = statement(TEST_RESULT);
        assertThat(tests.at("/subject/0/digest/gitTree").asString()).isEqualTo("2".repeat(40));
        assertThat(tests.at("/subject/0/annotations/tree").asString()).isEqualTo("uncommitted");
    }

    @Test
    void aRunThatOnlyReadsAndWhoseTreeChangedProvesNothing() {
        reading();
        ObjectNode result = result();
        ((ObjectNode) result.path("observed")).put("tree_after", "3".repeat(40)).put("clean_after", false);
        complete(result);

        assertRecorded("completed_with_findings", null);
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("unknown");
        assertThat(codes(account())).contains("tree-changed", "tree-not-clean");
    }

    @Test
    void aCommitOnAnotherBranchIsAFailureOfSafety() {
        full();
        ObjectNode result = result();
        ((ObjectNode) result.path("observed")).put("branch_after", "agents-own");
        complete(result);

        assertRecorded("failed", "safety/commit-outside-branch");
        assertThat(run().at("/failure/message").asString()).contains("agents-own", NEXT);
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("unknown");
        assertThat(statements().toString()).doesNotContain("gitCommit\":\"" + NEXT);
    }

    @Test
    void aCommitThatHeadDoesNotShowWasMadeInAnotherCopy() {
        inEitherOrder(
                trace -> trace,
                result -> {
                    result.put("repo_revision_after", HEAD);
                    ((ObjectNode) result.path("changes")).putArray("commits");
                    ((ObjectNode) result.path("observed"))
                            .put("head_after", HEAD)
                            .put("tree_after", "1".repeat(40));
                    return result;
                },
                account -> {
                    assertThat(account.path("status").asString()).isEqualTo("failed");
                    assertThat(account.at("/failure/code").asString()).isEqualTo("wrong-working-copy");
                    assertThat(account.at("/items/0/status").asString()).isEqualTo("unknown");
                });
    }

    @Test
    void aProjectThatFoundryDoesNotKnowIsSaidInFoundrysWords() {
        inEitherOrder(
                trace -> begun().block("Check Charter", false, "Project 'x' not found in registry", 0)
                        .block("Strategic Assessor", true, "Skipped: not a strategic iteration", 0),
                result -> {
                    result.put("repo_revision_after", HEAD).putArray("gates");
                    ((ObjectNode) result.path("changes")).putArray("commits");
                    ((ObjectNode) result.path("changes")).putArray("mutators_executed");
                    result.remove("observed");
                    return result;
                },
                account -> {
                    assertThat(account.path("status").asString()).isEqualTo("failed");
                    assertThat(account.at("/failure/message").asString()).contains("Project 'x' not found in registry");
                    assertThat(account.path("executed").booleanValue()).isFalse();
                });
        world = World.on(port);
        world.change(world.firstRunner(), "{\"trusted_projects\":[\"" + world.project() + "\"]}");
        full();
        send(begun().block("Check Charter", false, "Project 'x' not found in registry", 0));
        ObjectNode result = result().put("repo_revision_after", HEAD);
        result.putArray("gates");
        result.remove("observed");
        result.remove("changes");
        complete(result);
        assertRecorded("failed", "execution/nothing-executed");
    }

    @Test
    void aRevisionThatNobodyReadIsAbsentAndProvesNothing() {
        full();
        ObjectNode result = result().put("status", "failed");
        result.remove(List.of(
                "repo_revision_before", "repo_revision_after", "foundry_run_id", "observed", "changes", "gates"));
        lease.post("failed", result).expect(200);

        assertRecorded("failed", "execution/reported-failed");
        assertThat(verdict()).isEqualTo("not_reconstructable");
        assertThat(signed()).containsExactly(SUMMARY, APPROVAL);
        JsonNode revisions =
                world.admin().get(lease.path() + "/audit").expect(200).json().at("/answers/repo_revision/value");
        assertThat(revisions.path("before").isNull()).isTrue();
        assertThat(revisions.path("after").isNull()).isTrue();
    }

    @Test
    void aRevisionIsAskedForWhereFoundryWasTold() {
        full();
        ObjectNode result = result();
        result.remove("repo_revision_before");
        assertThat(lease.post("completed", result).expect(422).problem()).isEqualTo("invalid-body");
        assertThat(lease.post("completed", result.put("status", "failed"))
                        .expect(422)
                        .problem())
                .isEqualTo("invalid-body");
    }

    @Test
    void theTestResultListsTheApprovedGatesOfTheDecidingPhase() {
        full();
        ObjectNode result = result();
        result.putArray("gates");
        result.withArray("gates")
                .addObject()
                .put("name", "vendor_import_boundary")
                .put("phase", "verify")
                .put("status", "passed")
                .put("required", true);
        complete(result);
        assertRecorded("failed", "safety/required-gate-missing");
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("FAILED");

        full();
        result = result();
        ((ObjectNode) result.at("/gates/0"))
                .put("status", "failed")
                .put("exit_code", 1)
                .put("required", false);
        complete(result);
        assertRecorded("failed", "execution/gate-failed");
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("FAILED");

        full();
        result = result();
        ObjectNode preflight = (ObjectNode) result.at("/gates/0").deepCopy();
        result.withArray("gates")
                .add(preflight.put("phase", "preflight").put("status", "failed").put("exit_code", 1));
        complete(result);
        assertRecorded("completed", null);
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("PASSED");
    }

    @Test
    void aGateFileThatChangedWarnsUnlessTheTraceShowsTheCommand() {
        UnaryOperator<ObjectNode> changed = result -> {
            ((ObjectNode) result.path("changes"))
                    .put("gate_file_digest_before", "sha256:" + "a".repeat(64))
                    .put("gate_file_digest_after", "sha256:" + "b".repeat(64));
            return result;
        };
        full();
        complete(changed.apply(result()));
        assertRecorded("completed_with_findings", null);
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("unknown");
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("WARNED");

        send(trace());
        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isEqualTo("passing");
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("WARNED");
        assertThat(run().at("/account/version").intValue()).isEqualTo(2);
    }

    @Test
    void whatIsNotPlainNeedsAPerson() {
        full();
        world.admin()
                .post(lease.path() + "/cancel", "{\"reason\":\"Too late.\"}")
                .expect(202);
        send(trace().block("Summarize Result", false, "no summary", 1));
        ObjectNode result = result();
        result.withArray("gates")
                .addObject()
                .put("name", "lint")
                .put("phase", "verify")
                .put("status", "failed")
                .put("required", false);
        complete(result);

        assertThat(needs())
                .anyMatch(need -> need.contains("should have been cancelled"))
                .anyMatch(need -> need.contains("repository's own gate lint"))
                .anyMatch(need -> need.contains("Summarize Result"));
    }

    @Test
    void aLaterTraceLowersTheAccountAndNeverTheRun() {
        full();
        complete(result());
        assertRecorded("completed", null);

        send(begun().block("Run Verify Gates", false, "failed", 1)
                .verification(
                        false,
                        TraceFile.gate("tests", TraceFile.TESTS, false),
                        TraceFile.gate("vendor_import_boundary", TraceFile.BOUNDARY, true)));

        JsonNode read = run();
        assertThat(read.path("status").asString()).isEqualTo("completed");
        assertThat(read.at("/account/status").asString()).isEqualTo("failed");
        assertThat(read.at("/account/version").intValue()).isEqualTo(2);
        assertThat(read.at("/account/differs").booleanValue()).isTrue();
        JsonNode superseded = world.admin()
                .get("/api/audit-events?type=run.account_superseded&project_id=" + world.project())
                .expect(200)
                .json()
                .at("/items/0");
        assertThat(superseded.at("/target/id")).isEqualTo(run.path("id"));
        assertThat(world.admin()
                        .get("/api/run-requests?account_status=failed&project_id=" + world.project())
                        .expect(200)
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(statement(TEST_RESULT).at("/predicate/result").asString()).isEqualTo("FAILED");
        assertThat(needs()).anyMatch(need -> need.contains("later evidence makes it failed"));
    }

    /** What was green when the run ended is not shown as green by what is known now. */
    @Test
    void thePagesSayWhatALaterTraceMadeOfARun() {
        full();
        complete(result());
        send(begun().block("Run Verify Gates", false, "failed", 1)
                .verification(
                        false,
                        TraceFile.gate("tests", TraceFile.TESTS, false),
                        TraceFile.gate("vendor_import_boundary", TraceFile.BOUNDARY, true)));

        try (Browser eve = Browser.signedIn(port, world.token("eve", "\"view\"", ""))) {
            String id = run().path("id").asString();
            HtmlPage page = eve.get("/runs/" + id);
            assertThat(page.<DomElement>getFirstByXPath("//h1").asNormalizedText())
                    .startsWith("Ended as completed, but the newest account says failed");
            for (String path : List.of("/runs/" + id, "/runs", "/search?q=" + id, "/")) {
                assertThat(eve.get(path).asNormalizedText()).as(path).contains("account differs");
            }
            assertThat(Browser.links(eve.get("/"))).contains("/runs/" + id);
        }
    }

    @Test
    void whoUploadsATraceDecidesWhatItCanSay() {
        full();
        complete(result());
        assertThat(evidence("verify-gates-passed").path("status").asString()).isEqualTo("unknown");

        world.admin()
                .post(lease.path() + "/traces?trace_format=foundry.process_result", trace().text())
                .expect(201);

        assertThat(evidence("verify-gates-passed").path("status").asString())
                .as("a person fills silence")
                .isEqualTo("passing");
        assertThat(evidence("verify-gates-passed").path("witness").asString()).isEqualTo("person");
        assertThat(evidence("rules-tested-without-ui").path("witness").asString())
                .isEqualTo("report");
    }

    @Test
    void endsWithoutAResultHaveAnAccountToo() {
        JsonNode waiting = world.request(world.brief(World.intent("Never approved.")));
        world.admin()
                .post(RunnerClient.path(waiting) + "/cancel", "{\"reason\":\"No.\"}")
                .expect(200);

        JsonNode account = world.admin()
                .get(RunnerClient.path(waiting) + "/account")
                .expect(200)
                .json();
        assertThat(account.path("status").asString()).isEqualTo("cancelled");
        assertThat(account.path("version").intValue()).isEqualTo(1);
        assertThat(account.at("/exact_snapshot/verdict").asString()).isEqualTo("not_reconstructable");
        assertThat(world.read(waiting).at("/account/version").intValue()).isEqualTo(1);
    }

    @Test
    void aTraceThatHidesAFailingGateBehindItsBoundsProvesNothing() {
        full();
        String[] gates = new String[400];
        for (int i = 0; i < gates.length - 1; i++) {
            gates[i] = TraceFile.gate(i == 0 ? "tests" : "g" + i, i == 0 ? TraceFile.TESTS : "make", true);
        }
        gates[gates.length - 1] = TraceFile.gate("tests", TraceFile.TESTS, false);
        send(begun().block("Execute Plan", true, "done", 1).verification(true, gates));
        complete(result());

        assertThat(evidence("rules-tested-without-ui").path("status").asString())
                .isNotEqualTo("passing");
        assertThat(codes(account())).contains("trace-cut");
    }
}
