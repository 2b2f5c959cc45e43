package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Brief;
import dev.alloy.outcome.AuditAnswer.Link;
import dev.alloy.run.Attempt;
import dev.alloy.run.RunReports;
import dev.alloy.run.RunRequest;
import dev.alloy.trace.JudgedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names the records that a run connects, from the intent to the observations. */
@Component
class CorrelationChain {

    private static final String NO_RESULT = "No result has been reported.";
    private static final String NO_TRACE = "No trace is believed.";

    private final RunReports reports;
    private final EvidenceObservationRepository observations;
    private final JsonMapper json;

    CorrelationChain(RunReports reports, EvidenceObservationRepository observations, JsonMapper json) {
        this.reports = reports;
        this.observations = observations;
        this.json = json;
    }

    List<Link> of(Caller caller, RunRequest run, Brief brief, Optional<RunResult> result, Optional<JudgedTrace> trace) {
        String path = "/api/run-requests/" + run.id();
        List<Link> links = new ArrayList<>();
        links.add(known("intent_snapshot", brief.sourceIntentDigest(), "/api/formation-briefs/" + brief.id()));
        links.add(known("formation_brief", brief.id(), "/api/formation-briefs/" + brief.id()));
        links.add(known("prompt_pack", run.promptPackId(), "/api/prompt-packs/" + run.promptPackId()));
        links.add(orUnknown(
                "approval", run.approvalId(), "/api/approvals/" + run.approvalId(), "The run waits for an approval."));
        links.add(known("run_request", run.id(), path));
        Attempt attempt = reports.newestAttempt(run).orElse(null);
        links.add(orUnknown(
                "attempt",
                attempt == null ? null : attempt.traceId(),
                path + "/events",
                "No runner has accepted the run."));
        String tracePath =
                trace.map(one -> "/api/trace-imports/" + one.kept().id()).orElse(null);
        links.add(rootEvent(run, trace, tracePath, path));
        links.add(orUnknown(
                "block_spans",
                trace.map(one -> one.summary().path("blocks_executed").size() + " executed, "
                                + one.summary().path("blocks_skipped").size() + " skipped, "
                                + one.summary().path("mutators_simulated").size() + " simulated")
                        .orElse(null),
                tracePath,
                NO_TRACE));
        String resultPath = result.map(one -> "/api/run-results/" + one.id()).orElse(null);
        links.add(orUnknown("gate_results", result.map(this::gates).orElse(null), resultPath, NO_RESULT));
        links.add(orUnknown("result", result.map(RunResult::id).orElse(null), resultPath, NO_RESULT));
        List<EvidenceObservation> seen = observations.all(caller, Map.of("runRequestId", run.id()));
        links.add(orUnknown(
                "observations",
                seen.isEmpty() ? null : String.valueOf(seen.size()),
                path + "/evidence",
                "Nobody has observed anything."));
        return links;
    }

    private String gates(RunResult result) {
        JsonNode gates = json.readTree(result.gateResults());
        return String.valueOf(gates.size());
    }

    private static Link rootEvent(
            RunRequest run, Optional<JudgedTrace> trace, @Nullable String tracePath, String path) {
        String told = trace.map(one -> one.summary()
                        .path("correlation")
                        .path("foundry_run_id")
                        .asStringOpt()
                        .orElse(null))
                .orElse(run.foundryRunId());
        return orUnknown(
                "root_event",
                told,
                tracePath == null ? path : tracePath,
                "No Foundry run was reported, and no trace is believed.");
    }

    private static Link known(String kind, String id, String href) {
        return new Link(kind, id, href, null);
    }

    private static Link orUnknown(String kind, @Nullable String id, @Nullable String href, String because) {
        return id == null ? new Link(kind, null, null, because) : new Link(kind, id, href, null);
    }
}
