package dev.alloy.account;

import dev.alloy.account.AccountInputs.Approved;
import dev.alloy.account.AccountInputs.ApprovedGate;
import dev.alloy.account.AccountInputs.Conflict;
import dev.alloy.account.AccountInputs.Definition;
import dev.alloy.account.AccountInputs.LeftBehind;
import dev.alloy.account.AccountInputs.Observation;
import dev.alloy.account.AccountInputs.Reported;
import dev.alloy.account.AccountInputs.Run;
import dev.alloy.account.AccountInputs.Stage;
import dev.alloy.account.AccountInputs.Trace;
import dev.alloy.contract.Digest;
import dev.alloy.testing.World;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Builds the material of an account: a run requested as the worked example is, with the gate {@code tests} approved. */
final class Given {

    static final Instant NOON = Instant.parse("2026-06-06T12:00:00Z");
    static final String DIGEST = "sha256:" + "a".repeat(64);
    static final String TRACE_ID = "ab".repeat(16);
    static final String COMMAND = "./gradlew test";
    static final String TREE = "1".repeat(40);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<ApprovedGate> gates = new ArrayList<>();
    private final List<Definition> definitions = new ArrayList<>();
    private final List<Trace> traces = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private String throttle = "dry_run";
    private String entryEvent = "iteration_requested";
    private boolean anyRevision;
    private boolean readOnly = true;
    private Stage stage = Stage.ENDED;
    private String status = "executing";
    private @Nullable Cause cause;
    private boolean cancelRequested;
    private @Nullable ObjectNode result = result("completed");
    private Witness reporter = Witness.REPORT;

    /** The worked example's result, of the run below, claiming this. */
    static ObjectNode result(String status) {
        ObjectNode result = World.example("run-result");
        result.put("run_request_id", "runreq_1");
        result.put("brief_id", "brief_1");
        result.put("brief_digest", DIGEST);
        result.put("project_id", "checkout");
        result.put("status", status);
        result.put("trace_id", TRACE_ID);
        result.put("completed_at", NOON.toString());
        result.putArray("gates");
        return result;
    }

    static String digest(String command) {
        return Digest.of(command.getBytes(StandardCharsets.UTF_8));
    }

    Given mutating(String atThrottle) {
        this.throttle = atThrottle;
        this.readOnly = false;
        change(one -> one.put("throttle", atThrottle));
        return this;
    }

    Given entryEvent(String event) {
        this.entryEvent = event;
        change(one -> one.put("entry_event", event));
        return this;
    }

    Given anyRevision() {
        this.anyRevision = true;
        return this;
    }

    Given stage(Stage of) {
        this.stage = of;
        return this;
    }

    Given endedAs(String how, @Nullable Cause why) {
        this.status = how;
        this.cause = why;
        this.result = null;
        return this;
    }

    Given cancelRequested() {
        this.cancelRequested = true;
        return this;
    }

    Given byCallback() {
        this.reporter = Witness.CALLBACK;
        return this;
    }

    Given withoutResult() {
        this.result = null;
        return this;
    }

    /** An approved gate, with the command of {@link #COMMAND}. */
    Given approved(String name, String mode) {
        gates.add(new ApprovedGate(name, digest(COMMAND), mode));
        return this;
    }

    /** The gate {@code tests}, required for mutation, and the required evidence it decides. */
    Given testsRequired() {
        return approved("tests", "required_for_mutation").evidence("tested", "automated_test", true, "tests");
    }

    Given evidence(String key, String kind, boolean required, @Nullable String gate) {
        definitions.add(new Definition(key, kind, required, gate));
        return this;
    }

    Given change(Consumer<ObjectNode> change) {
        if (result != null) {
            change.accept(result);
        }
        return this;
    }

    Given claims(String claimed) {
        return change(one -> one.put("status", claimed));
    }

    /** What the result tells of a gate in the verification. */
    Given reports(String gate, String outcome) {
        return reports(gate, "verify", outcome, null, true);
    }

    Given reports(String gate, String phase, String outcome, @Nullable String command, boolean required) {
        return change(one -> {
            ObjectNode told = one.withArray("gates").addObject();
            told.put("name", gate).put("phase", phase).put("status", outcome).put("required", required);
            if (command != null) {
                told.put("command", command);
            }
        });
    }

    Given observed(String json) {
        return change(one -> one.set("observed", JSON.readTree(json)));
    }

    /** What the runner saw of a run that committed once on its branch and left nothing behind. */
    Given oneCommit() {
        String head = "abc123" + "0".repeat(34);
        String next = "def456" + "0".repeat(34);
        change(one -> {
            one.put("repo_revision_before", head).put("repo_revision_after", next);
            ((ObjectNode) one.path("changes")).putArray("commits").add(next);
        });
        return observed("""
                {"head_before":"%s","head_after":"%s","branch_before":"alloy/x","branch_after":"alloy/x",
                 "tree_before":"%s","tree_after":"%s","clean_before":true,"clean_after":true}""".formatted(head, next, TREE, "2".repeat(40)));
    }

    Given trace(TraceSummary trace) {
        return trace(trace, Witness.TRACE);
    }

    Given trace(TraceSummary trace, Witness witness) {
        traces.add(new Trace("trace_" + (traces.size() + 1), trace.tree(), witness, List.of()));
        return this;
    }

    Given mismatched(String sentence) {
        traces.add(
                new Trace("trace_" + (traces.size() + 1), JSON.createObjectNode(), Witness.TRACE, List.of(sentence)));
        return this;
    }

    Given says(String observer, boolean runner, String key, String word, int minutes) {
        observations.add(new Observation(
                key, "obs_" + observations.size(), observer, runner, word, NOON.plusSeconds(60L * minutes)));
        return this;
    }

    Given conflict(String... failedGates) {
        conflicts.add(new Conflict(Set.of(failedGates)));
        return this;
    }

    AccountInputs material() {
        Instant received = NOON.plusSeconds(1);
        return new AccountInputs(
                new Run(
                        "runreq_1",
                        stage,
                        status,
                        cause,
                        readOnly,
                        "alloy/x",
                        null,
                        TRACE_ID,
                        NOON.minusSeconds(60),
                        cancelRequested),
                new Approved("brief_1", DIGEST, "checkout", throttle, entryEvent, "abc123", anyRevision),
                gates,
                definitions,
                result == null
                        ? null
                        : new Reported("result_1", DIGEST, new ReportedResult(result), reporter, received),
                LeftBehind.NOTHING,
                traces,
                List.of(),
                observations,
                conflicts);
    }

    RunAccount account() {
        return Accounting.of(material(), null);
    }

    RunAccount after(RunAccount earlier) {
        return Accounting.of(material(), earlier);
    }
}
