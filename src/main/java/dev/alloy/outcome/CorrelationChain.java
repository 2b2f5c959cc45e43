package dev.alloy.outcome;

import dev.alloy.access.Caller;
import dev.alloy.account.Facts;
import dev.alloy.account.RunAccount;
import dev.alloy.account.Witness;
import dev.alloy.compilation.Brief;
import dev.alloy.outcome.AuditAnswer.Link;
import dev.alloy.run.Attempt;
import dev.alloy.run.RunCompletion;
import dev.alloy.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Names the records that a run connects, from the intent to the observations. */
@Component
class CorrelationChain {

    private static final String NO_RESULT = "No result has been reported.";
    private static final String NO_TRACE = "No trace is believed.";

    private final RunCompletion reports;
    private final EvidenceObservationRepository observations;

    CorrelationChain(RunCompletion reports, EvidenceObservationRepository observations) {
        this.reports = reports;
        this.observations = observations;
    }

    List<Link> of(Caller caller, RunRequest run, Brief brief, RunAccount account) {
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
        String traceId = Facts.texts(account, Facts.TRACE).stream().findFirst().orElse(null);
        String tracePath = traceId == null ? null : "/api/trace-imports/" + traceId;
        links.add(orUnknown(
                "root_event",
                Facts.text(account, Facts.ROOT_EVENT).orElse(run.foundryRunId()),
                tracePath == null ? path : tracePath,
                "No Foundry run was reported, and no trace is believed."));
        links.add(orUnknown(
                "block_spans",
                account.fact(Facts.BLOCKS)
                        .map(blocks -> blocks.value().path("executed").asInt(0) + " executed, "
                                + blocks.value().path("skipped").asInt(0) + " skipped, "
                                + blocks.value().path("simulated").asInt(0) + " simulated")
                        .orElse(null),
                tracePath,
                NO_TRACE));
        String resultId = account.fact(Facts.RESULT)
                .map(fact -> fact.value().path("id").asString(""))
                .orElse(null);
        String resultPath = resultId == null ? null : "/api/run-results/" + resultId;
        long gates = account.gates().stream()
                .filter(gate -> gate.witness() != Witness.NONE)
                .count();
        links.add(orUnknown("gate_results", resultId == null ? null : String.valueOf(gates), resultPath, NO_RESULT));
        links.add(orUnknown("result", resultId, resultPath, NO_RESULT));
        List<EvidenceObservation> seen = observations.all(caller, Map.of("runRequestId", run.id()));
        links.add(orUnknown(
                "observations",
                seen.isEmpty() ? null : String.valueOf(seen.size()),
                path + "/evidence",
                "Nothing has been observed."));
        return links;
    }

    private static Link known(String kind, String id, String href) {
        return new Link(kind, id, href, null);
    }

    private static Link orUnknown(String kind, @Nullable String id, @Nullable String href, String because) {
        return id == null ? new Link(kind, null, null, because) : new Link(kind, id, href, null);
    }
}
