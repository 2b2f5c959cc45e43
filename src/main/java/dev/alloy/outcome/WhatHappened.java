package dev.alloy.outcome;

import dev.alloy.contract.foundry.Redaction;
import dev.alloy.outcome.Interpretations.Material;
import dev.alloy.run.Failure;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Tells a run's story in sentences. Pure. */
final class WhatHappened {

    private static final int LONGEST = 500;

    private WhatHappened() {}

    /** The outcome in one. */
    static String headline(Material material) {
        RunRequest run = material.run();
        String what = run.entryEvent() + " at " + run.throttle();
        Failure failure = run.failure();
        return switch (run.status()) {
            case COMPLETED -> "The run (" + what + ") completed, and " + proof(material) + ".";
            case COMPLETED_WITH_FINDINGS -> "The run (" + what + ") completed with findings: " + proof(material) + ".";
            case FAILED ->
                "The run (" + what + ") failed"
                        + (failure == null ? "." : ": " + Redaction.text(failure.message(), LONGEST));
            case CANCELLED -> "The run (" + what + ") was cancelled.";
            case LOST -> "Nobody knows how the run (" + what + ") ended: its runner is gone.";
            default ->
                "The run (" + what + ") has not ended; it is " + run.status().wireName() + ".";
        };
    }

    private static String proof(Material material) {
        Evidence.Totals totals = material.evidence().totals();
        return totals.passing() + " of " + totals.required() + " required evidence items pass";
    }

    static List<String> sentences(Material material) {
        RunRequest run = material.run();
        List<String> told = new ArrayList<>();
        told.add(run.requestedBy() + " requested " + run.entryEvent() + " at " + run.throttle() + " for the revision "
                + run.repoRevision() + " on the branch " + run.branch() + ".");
        told.add(material.approvedBy() == null ? "Nobody has approved it." : material.approvedBy() + " approved it.");
        if (run.runnerId() != null) {
            told.add("The runner " + run.runnerId() + " took it, in attempt " + run.attempts()
                    + (run.startedAt() == null
                            ? " and has not started it."
                            : " and started it at " + run.startedAt() + "."));
        }
        if (run.foundryRunId() != null) {
            told.add("Foundry ran it as " + run.foundryRunId() + ".");
        }
        result(material, told);
        JudgedTrace trace = material.believed();
        if (trace != null) {
            trace(trace, told);
        } else if (material.result() != null) {
            told.add("No trace is believed, so that this is the result's word alone.");
        }
        return told;
    }

    private static void result(Material material, List<String> told) {
        RunResult result = material.result();
        if (result == null) {
            return;
        }
        JsonNode changes = material.changes();
        list(told, "Blocks that change something and ran: ", changes.path("mutators_executed"));
        list(told, "Blocks that would change something and only pretended: ", changes.path("mutators_simulated"));
        list(told, "Files changed: ", changes.path("files_changed"));
        list(told, "Commits: ", changes.path("commits"));
        if (result.retryCount() > 0) {
            told.add("Foundry tried again " + result.retryCount() + " times.");
        }
        told.add(
                result.claimedStatus().equals(result.status())
                        ? "The result claims " + result.claimedStatus() + ", and that is recorded."
                        : "The result claims " + result.claimedStatus() + "; recorded is " + result.status() + ".");
    }

    private static void list(List<String> told, String begin, JsonNode list) {
        List<String> texts = Interpretations.texts(list);
        if (!texts.isEmpty()) {
            int more = texts.size() - 20;
            told.add(begin
                    + String.join(", ", texts.subList(0, Math.min(20, texts.size())))
                    + (more > 0 ? " and " + more + " more." : "."));
        }
    }

    private static void trace(JudgedTrace trace, List<String> told) {
        JsonNode summary = trace.summary();
        told.add("The trace " + trace.kept().id() + " shows "
                + summary.path("blocks_executed").size()
                + " kinds of blocks that ran, " + summary.path("blocks_skipped").size() + " that left it to others and "
                + summary.path("mutators_simulated").size() + " that only pretended; "
                + summary.path("retry_requests").asInt(0) + " retries, "
                + summary.path("commits").size()
                + " commits.");
    }
}
