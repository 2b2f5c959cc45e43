package dev.alloy.bridge;

import dev.alloy.contract.Digest;
import dev.alloy.contract.foundry.FoundryBlocks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the runner's result of an attempt, {@code alloy.foundry_run_result.v1}: what was seen, not what Foundry thinks
 * of itself. Pure. Source: contract.md; foundry.md, “Traps”.
 */
final class ResultDocument {

    private static final int LONGEST_DETAILS = 20_000;

    private final JournaledAttempt attempt;
    private final ExecutionRequest request;
    private final Instant completedAt;

    ResultDocument(JournaledAttempt attempt, Instant completedAt) {
        this.attempt = attempt;
        this.request = attempt.request();
        this.completedAt = completedAt;
    }

    /** Nothing was told to Foundry, and why. */
    ObjectNode refused(ExecutionRefused refusal) {
        return withError(base("failed"), refusal.category(), refusal.code(), refusal.message());
    }

    /** A person cancelled it before Foundry was told, or while it only read. */
    ObjectNode cancelled(String rootEvent) {
        ObjectNode result = base("cancelled");
        if (!rootEvent.isEmpty()) {
            result.put("foundry_run_id", rootEvent).put("trace_id", request.traceId());
        }
        return result;
    }

    /** Foundry has ended. */
    ObjectNode of(FoundryOutcome outcome) {
        ObjectNode summary = outcome.summary();
        ArrayNode gates = gates(outcome);
        ObjectNode result = base(status(outcome, gates));
        if (outcome.foundryRunId() != null) {
            result.put("foundry_run_id", outcome.foundryRunId());
            result.put("trace_uri", "trace://" + outcome.foundryRunId());
        }
        result.put("trace_id", request.traceId());
        result.set("gates", gates);
        result.put(
                "retry_count",
                summary == null ? 0 : summary.path("retry_requests").asInt(0));
        result.set("changes", changes(summary));
        if (summary != null) {
            errors(summary, result.putArray("foundry_errors"));
        }
        ObjectNode told = result.putObject("summary");
        new Capabilities(attempt.evidencePlan(), gates).into(told);
        questions(outcome, gates, told.putArray("follow_up_questions"));
        result.set("evidence_observations", observations(outcome, gates));
        mark(outcome, result);
        judge(outcome, result);
        if (result.path("status").asString("").equals("failed")) {
            told.putArray("capabilities_preserved");
        }
        return result;
    }

    /** Foundry has ended, and the working copy cannot be looked at, which is a failure whatever else is there. */
    ObjectNode of(FoundryOutcome outcome, ExecutionRefused trouble) {
        return withError(of(outcome), trouble.category(), trouble.code(), trouble.message());
    }

    /** What was not read is not there. */
    private ObjectNode base(String status) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("schema_version", "alloy.foundry_run_result.v1");
        result.put("run_request_id", request.id());
        result.put("brief_id", request.briefId());
        result.put("brief_digest", request.briefDigest());
        result.put("project_id", request.projectId());
        result.put("status", status);
        if (!attempt.head().isEmpty()) {
            result.put("repo_revision_before", attempt.head());
        }
        attempt.after().path("head").asStringOpt().ifPresent(head -> result.put("repo_revision_after", head));
        ObjectNode observed = JsonNodeFactory.instance.objectNode();
        attempt.before().into(observed, "_before");
        WorkingCopySnapshot.of(attempt.after()).into(observed, "_after");
        if (attempt.hasLookedAfter() && !attempt.refsBefore().isEmpty()) {
            observed.set("other_refs", attempt.after().path("other_refs"));
        }
        if (!observed.isEmpty()) {
            result.set("observed", observed);
        }
        attempt.stash().ifPresent(stash -> result.put("stash", stash));
        result.put("throttle", request.throttle().wire());
        result.put("entry_event", request.entryEvent());
        result.put("completed_at", completedAt.toString());
        return result;
    }

    /** What Foundry's blocks failed with, in Foundry's words; a verdict on gates is no error. */
    private static void errors(ObjectNode summary, ArrayNode errors) {
        Set<String> failed = summary.path("blocks_failed")
                .valueStream()
                .map(block -> block.asString(""))
                .collect(Collectors.toSet());
        summary.path("errors")
                .valueStream()
                .filter(error -> failed.contains(error.path("block").asString("")))
                .limit(1_000)
                .forEach(error -> errors.addObject()
                        .put("block", error.path("block").asString(""))
                        .put("message", cut(error.path("message").asString(""), 9_000)));
    }

    private static ObjectNode withError(ObjectNode result, String category, String code, String message) {
        result.put("status", "failed");
        result.putObject("error").put("category", category).put("code", code).put("message", cut(message, 9_000));
        return result;
    }

    /**
     * Each gate of the last of each kind of phase; of a name that stands there twice the worst. A validation has no
     * phase of its own: it repeats what its preflight said.
     */
    private ArrayNode gates(FoundryOutcome outcome) {
        ArrayNode gates = JsonNodeFactory.instance.arrayNode();
        JsonNode word = outcome.word();
        if (word != null && word.path("gates").isArray()) {
            word.path("gates").forEach(gates::add);
            return gates;
        }
        Map<String, JsonNode> last = new LinkedHashMap<>();
        if (outcome.summary() != null) {
            outcome.summary()
                    .path("gate_phases")
                    .forEach(phase -> last.put(
                            phase.path("phase").asString("").equals("verify") ? "verify" : "preflight",
                            phase.path("results")));
        }
        Map<String, ObjectNode> worst = new LinkedHashMap<>();
        last.forEach((phase, results) -> results.forEach(gate ->
                worst.merge(phase + " " + gate.path("name").asString(""), gate(gate, phase), ResultDocument::worse)));
        worst.values().stream()
                .filter(gate -> !gate.path("name").asString("").isBlank())
                .forEach(gates::add);
        return gates;
    }

    private static ObjectNode worse(ObjectNode one, ObjectNode other) {
        return one.path("status").asString("").equals("passed") ? other : one;
    }

    private ObjectNode gate(JsonNode gate, String phase) {
        boolean passed = gate.path("passed").asBoolean(false);
        int exitCode = gate.path("exit_code").asInt(0);
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("name", gate.path("name").asString(""))
                .put("phase", phase)
                // A gate that could not be run has this code and no other.
                .put("status", passed ? "passed" : exitCode == -1 ? "error" : "failed")
                .put("required", gate.path("required").asBoolean(false))
                .put("exit_code", exitCode);
        command(gate).ifPresent(command -> told.put("command", cut(command, 9_000)));
        if (gate.path("output").isString()) {
            told.put("details", cut(gate.path("output").asString(""), LONGEST_DETAILS));
        }
        return told;
    }

    /** The command that ran: the approved one where their digests agree, else what can be shown of it. */
    private Optional<String> command(JsonNode gate) {
        String digest = gate.path("command_digest").asString("");
        Optional<String> approved = GateFile.asked(attempt.overlays()).stream()
                .map(GateFile.Gate::command)
                .filter(command ->
                        Digest.of(command.getBytes(StandardCharsets.UTF_8)).equals(digest))
                .findFirst();
        return approved.or(() -> gate.path("command").asStringOpt());
    }

    private static String status(FoundryOutcome outcome, ArrayNode gates) {
        if (outcome.word() != null) {
            return outcome.word().path("status").asString("failed");
        }
        boolean clean = !gates.isEmpty()
                && gates.valueStream()
                        .allMatch(gate -> gate.path("status").asString("").equals("passed"))
                // Blocks that only look fail for reasons of Foundry's own: a strategic run always shows some.
                && outcome.summary() != null
                && !failedToChange(outcome.summary());
        return clean || gates.isEmpty() && isWithoutGates(outcome) ? "completed" : "completed_with_findings";
    }

    /** A greeting has none, and all of it succeeded. */
    private static boolean isWithoutGates(FoundryOutcome outcome) {
        ObjectNode summary = outcome.summary();
        return summary != null
                && summary.path("entry_event").asString("").equals("greet_requested")
                && summary.path("counts").path("failed_blocks").asInt(0) == 0;
    }

    private ObjectNode changes(@Nullable ObjectNode summary) {
        ObjectNode changes = JsonNodeFactory.instance.objectNode();
        JsonNode after = attempt.after();
        if (after.isObject()) {
            changes.set("files_changed", after.path("files"));
            changes.set("commits", after.path("commits"));
            changes.put("gate_file_digest_before", attempt.gateFileDigest());
            changes.set("gate_file_digest_after", after.path("gate_file_digest"));
        }
        if (summary != null) {
            changes.put("pushed", summary.path("pushed").asBoolean(false));
            changes.set("mutators_executed", summary.path("mutators_executed"));
            changes.set("mutators_simulated", summary.path("mutators_simulated"));
        }
        return changes;
    }

    private static void questions(FoundryOutcome outcome, ArrayNode gates, ArrayNode questions) {
        if (outcome.word() != null && outcome.word().path("notes").isString()) {
            questions.add(cut(outcome.word().path("notes").asString(""), 5_000));
        }
        ObjectNode summary = outcome.summary();
        if (gates.isEmpty() && summary != null && !summary.path("gate_phases").isEmpty()) {
            questions.add("No gate ran. Should the project have a gate file?");
        }
    }

    /** What a gate says of the evidence it decides, by the evidence's key. */
    private ArrayNode observations(FoundryOutcome outcome, ArrayNode gates) {
        ArrayNode observations = JsonNodeFactory.instance.arrayNode();
        for (GateFile.Gate asked : GateFile.asked(attempt.overlays())) {
            gates.valueStream()
                    .filter(gate -> gate.path("name").asString("").equals(asked.name()))
                    .reduce((earlier, later) -> later)
                    .ifPresent(gate -> asked.evidence().forEach(key -> observation(outcome, gate, key, observations)));
        }
        return observations;
    }

    private void observation(FoundryOutcome outcome, JsonNode gate, String key, ArrayNode observations) {
        boolean passed = gate.path("status").asString("").equals("passed");
        ObjectNode said = observations
                .addObject()
                .put("evidence_definition_id", key)
                .put("status", passed ? "satisfied" : "not_satisfied")
                .put("observed_by", "runner")
                .put(
                        "notes",
                        "Gate " + gate.path("name").asString("") + " "
                                + gate.path("status").asString("") + ".");
        ArrayNode artifacts = said.putArray("supporting_artifacts");
        if (outcome.foundryRunId() != null) {
            artifacts.add("trace://" + outcome.foundryRunId());
        }
    }

    private static void mark(FoundryOutcome outcome, ObjectNode result) {
        JsonNode word = outcome.word();
        if (word != null) {
            result.put(word.path("simulated").asBoolean(false) ? "simulated" : "manual", true);
        }
    }

    /** What makes it a failure whatever else is there. */
    private void judge(FoundryOutcome outcome, ObjectNode result) {
        boolean carried = attempt.after().path("files").valueStream().anyMatch(file -> file.asString("")
                .startsWith(AlloyFiles.DIRECTORY + "/"));
        if (carried) {
            withError(
                    result,
                    "safety",
                    "alloy-files-committed",
                    "A commit carries files of " + AlloyFiles.DIRECTORY + ".");
        } else if (outcome.word() == null) {
            judgeTrace(outcome, result);
        } else if (result.path("status").asString("").equals("failed")) {
            withError(result, "execution", "reported-failed", "The operator reported that it failed.");
        }
    }

    private void judgeTrace(FoundryOutcome outcome, ObjectNode result) {
        ObjectNode summary = outcome.summary();
        if (summary == null) {
            withError(
                    result,
                    "execution",
                    "trace-unreadable",
                    "Foundry says that the run has ended, but what it did cannot be read: " + outcome.unread());
            return;
        }
        String mismatch = mismatch(summary);
        if (!mismatch.isEmpty()) {
            withError(result, "safety", "trace-mismatch", mismatch);
            return;
        }
        boolean nothing = summary.path("blocks_executed").isEmpty()
                && summary.path("mutators_simulated").isEmpty();
        Optional<JsonNode> fatal = fatal(summary, nothing);
        String said = fatal.map(error -> error.path("block").asString("") + ": "
                        + error.path("message").asString(""))
                .orElse("No block of Foundry did anything: does its registry know the project?");
        if (nothing || fatal.isPresent()) {
            withError(result, "execution", nothing ? "nothing-executed" : "block-failed", said);
        }
    }

    /** The failure without which nothing can be said to have been done. Printed text does not tell; there a mutator's counts. */
    private static Optional<JsonNode> fatal(ObjectNode summary, boolean nothing) {
        boolean verified = verified(summary);
        return summary.path("errors")
                .valueStream()
                .filter(error -> error.path("block").isString())
                .filter(error -> nothing
                        || (error.path("fatal").isBoolean()
                                ? error.path("fatal").booleanValue()
                                : FoundryBlocks.isMutator(error.path("block").asString("")) && !verified))
                .findFirst();
    }

    private String mismatch(ObjectNode summary) {
        if (!summary.path("throttle").isNull()
                && !summary.path("throttle")
                        .asString("")
                        .equals(request.throttle().wire())) {
            return "Foundry ran at " + summary.path("throttle").asString("") + " instead of "
                    + request.throttle().wire() + ".";
        }
        if (!summary.path("entry_event").asString("").equals(request.entryEvent())
                || !summary.path("project").asString("").equals(request.projectId())) {
            return "The trace is of " + summary.path("entry_event").asString("") + " for "
                    + summary.path("project").asString("") + ".";
        }
        return "";
    }

    private static boolean failedToChange(ObjectNode summary) {
        return summary.path("errors")
                .valueStream()
                .anyMatch(error -> FoundryBlocks.isMutator(error.path("block").asString("")));
    }

    private static boolean verified(ObjectNode summary) {
        return summary.path("gate_phases")
                .valueStream()
                .filter(phase -> phase.path("phase").asString("").equals("verify"))
                .reduce((earlier, later) -> later)
                .map(phase -> phase.path("required_passed").asBoolean(false)
                        && phase.path("gates").asInt(0) > 0)
                .orElse(false);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
