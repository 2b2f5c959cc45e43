package dev.alloy.bridge;

import dev.alloy.contract.foundry.FoundryBlocks;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The runner's last word on an attempt, {@code alloy.foundry_run_result.v1}: what was seen, not what Foundry thinks of itself. Pure. Source:
 * contract.md; foundry.md, “Traps”.
 */
final class ResultDocument {

    private static final int LONGEST_DETAILS = 20_000;

    private final Attempt attempt;
    private final ExecutionRequest request;
    private final Instant completedAt;

    ResultDocument(Attempt attempt, Instant completedAt) {
        this.attempt = attempt;
        this.request = attempt.request();
        this.completedAt = completedAt;
    }

    /**
     * What the working copy looks like afterwards.
     *
     * @param head its revision
     * @param commits those made since, oldest first
     * @param files those that differ
     * @param gateFileDigest of the gate file; null where there is none
     */
    record Observed(
            String head,
            List<String> commits,
            List<String> files,
            @Nullable String gateFileDigest) {}

    /** Nothing was told to Foundry, and why. */
    ObjectNode refused(Refusal refusal) {
        return withError(base("failed"), refusal.category(), refusal.code(), refusal.message());
    }

    /** A person called it off before Foundry was told, or while it only read. */
    ObjectNode cancelled(String rootEvent) {
        ObjectNode result = base("cancelled");
        if (!rootEvent.isEmpty()) {
            result.put("foundry_run_id", rootEvent).put("trace_id", request.traceId());
        }
        return result;
    }

    /** Foundry has ended. */
    ObjectNode of(Outcome outcome, @Nullable Observed observed) {
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
        result.set("changes", changes(summary, observed));
        if (observed != null) {
            result.put("repo_revision_after", observed.head());
        }
        ObjectNode told = result.putObject("summary");
        new Capabilities(attempt.evidencePlan(), gates).into(told);
        questions(outcome, gates, told.putArray("follow_up_questions"));
        result.set("evidence_observations", observations(outcome, gates));
        mark(outcome, result);
        judge(outcome, observed, result);
        return result;
    }

    /** Foundry has ended, and the working copy cannot be looked at, which is a failure whatever else is there. */
    ObjectNode of(Outcome outcome, Refusal trouble) {
        return withError(of(outcome, (Observed) null), trouble.category(), trouble.code(), trouble.message());
    }

    private ObjectNode base(String status) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("schema_version", "alloy.foundry_run_result.v1");
        result.put("run_request_id", request.id());
        result.put("brief_id", request.briefId());
        result.put("brief_digest", request.briefDigest());
        result.put("project_id", request.projectId());
        result.put("status", status);
        String head = attempt.head().isEmpty() ? request.revision() : attempt.head();
        result.put("repo_revision_before", head).put("repo_revision_after", head);
        result.put("throttle", request.throttle().wire());
        result.put("entry_event", request.entryEvent());
        result.put("completed_at", completedAt.toString());
        return result;
    }

    private static ObjectNode withError(ObjectNode result, String category, String code, String message) {
        result.put("status", "failed");
        result.putObject("error").put("category", category).put("code", code).put("message", cut(message, 9_000));
        return result;
    }

    /** The last word on each gate in each phase. A validation has no phase of its own: it repeats what its preflight said. */
    private static ArrayNode gates(Outcome outcome) {
        ArrayNode gates = JsonNodeFactory.instance.arrayNode();
        JsonNode word = outcome.word();
        if (word != null && word.path("gates").isArray()) {
            word.path("gates").forEach(gates::add);
            return gates;
        }
        Map<String, ObjectNode> last = new LinkedHashMap<>();
        if (outcome.summary() != null) {
            for (JsonNode phase : outcome.summary().path("gate_phases")) {
                String name = phase.path("phase").asString("").equals("verify") ? "verify" : "preflight";
                phase.path("results")
                        .forEach(gate -> last.put(name + " " + gate.path("name").asString(""), gate(gate, name)));
            }
        }
        last.values().stream()
                .filter(gate -> !gate.path("name").asString("").isBlank())
                .forEach(gates::add);
        return gates;
    }

    private static ObjectNode gate(JsonNode gate, String phase) {
        boolean passed = gate.path("passed").asBoolean(false);
        int exitCode = gate.path("exit_code").asInt(0);
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("name", gate.path("name").asString(""))
                .put("phase", phase)
                // A gate that could not be run has this code and no other.
                .put("status", passed ? "passed" : exitCode == -1 ? "error" : "failed")
                .put("required", gate.path("required").asBoolean(false))
                .put("exit_code", exitCode);
        if (gate.path("output").isString()) {
            told.put("details", cut(gate.path("output").asString(""), LONGEST_DETAILS));
        }
        return told;
    }

    private static String status(Outcome outcome, ArrayNode gates) {
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
    private static boolean isWithoutGates(Outcome outcome) {
        ObjectNode summary = outcome.summary();
        return summary != null
                && summary.path("entry_event").asString("").equals("greet_requested")
                && summary.path("counts").path("failed_blocks").asInt(0) == 0;
    }

    private ObjectNode changes(@Nullable ObjectNode summary, @Nullable Observed observed) {
        ObjectNode changes = JsonNodeFactory.instance.objectNode();
        ArrayNode files = changes.putArray("files_changed");
        ArrayNode commits = changes.putArray("commits");
        if (observed != null) {
            observed.files().forEach(files::add);
            observed.commits().forEach(commits::add);
            changes.put("gate_file_digest_before", attempt.gateFileDigest());
            changes.put("gate_file_digest_after", observed.gateFileDigest());
        }
        changes.put("pushed", summary != null && summary.path("pushed").asBoolean(false));
        ArrayNode executed = changes.putArray("mutators_executed");
        ArrayNode simulated = changes.putArray("mutators_simulated");
        if (summary != null) {
            summary.path("mutators_executed").forEach(executed::add);
            summary.path("mutators_simulated").forEach(simulated::add);
        }
        return changes;
    }

    private static void questions(Outcome outcome, ArrayNode gates, ArrayNode questions) {
        if (outcome.word() != null && outcome.word().path("notes").isString()) {
            questions.add(cut(outcome.word().path("notes").asString(""), 5_000));
        }
        if (gates.isEmpty() && outcome.word() == null && !isWithoutGates(outcome)) {
            questions.add("No gate ran. Should the project have a gate file?");
        }
    }

    /** What a gate says of the evidence it decides, by the evidence's key. */
    private ArrayNode observations(Outcome outcome, ArrayNode gates) {
        ArrayNode observations = JsonNodeFactory.instance.arrayNode();
        for (GateFile.Gate asked : GateFile.asked(attempt.overlays())) {
            gates.valueStream()
                    .filter(gate -> gate.path("name").asString("").equals(asked.name()))
                    .reduce((earlier, later) -> later)
                    .ifPresent(gate -> asked.evidence().forEach(key -> observation(outcome, gate, key, observations)));
        }
        return observations;
    }

    private void observation(Outcome outcome, JsonNode gate, String key, ArrayNode observations) {
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

    private static void mark(Outcome outcome, ObjectNode result) {
        JsonNode word = outcome.word();
        if (word != null) {
            result.put(word.path("simulated").asBoolean(false) ? "simulated" : "manual", true);
        }
    }

    /** What makes it a failure whatever else is there. */
    private void judge(Outcome outcome, @Nullable Observed observed, ObjectNode result) {
        if (observed != null
                && observed.files().stream().anyMatch(file -> file.startsWith(AlloyFiles.DIRECTORY + "/"))) {
            withError(
                    result,
                    "safety",
                    "alloy-files-committed",
                    "A commit carries files of " + AlloyFiles.DIRECTORY + ".");
        } else if (outcome.word() == null) {
            judgeTrace(outcome, result);
        } else if (result.path("status").asString("").equals("failed")) {
            withError(result, "execution", "reported-failed", "Whoever did it says that it failed.");
        }
    }

    private void judgeTrace(Outcome outcome, ObjectNode result) {
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
        } else if (summary.path("blocks_executed").isEmpty()
                && summary.path("mutators_simulated").isEmpty()) {
            withError(
                    result,
                    "execution",
                    "nothing-executed",
                    "No block of Foundry did anything: does its registry know the project?");
        } else if (failedToChange(summary) && !verified(summary)) {
            withError(
                    result,
                    "execution",
                    "mutator-failed",
                    "A block that changes code failed, and no gates have passed since.");
        }
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
