package dev.alloy.outcome.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.account.Witness;
import dev.alloy.contract.JsonDocument;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.outcome.AuditAnswer;
import dev.alloy.outcome.AuditAnswers;
import dev.alloy.outcome.Evidence;
import dev.alloy.outcome.EvidenceObservation;
import dev.alloy.outcome.Observations;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What a run's outcome means: its evidence and the audit answer. */
@Tag(name = "Outcome")
@RestController
class OutcomeController {

    private final Runs runs;
    private final Evidence evidence;
    private final AuditAnswers audits;
    private final Observations observations;
    private final PublicUrl urls;

    OutcomeController(Runs runs, Evidence evidence, Observations observations, AuditAnswers audits, PublicUrl urls) {
        this.runs = runs;
        this.observations = observations;
        this.urls = urls;
        this.evidence = evidence;
        this.audits = audits;
    }

    record ObservationResponse(
            String id,
            String runRequestId,
            String evidenceDefinitionId,
            String status,
            String observedBy,
            @JsonRawValue @Schema(type = "array") String supportingArtifacts,
            @Nullable String notes,
            Instant observedAt) {

        static ObservationResponse of(EvidenceObservation observation) {
            return new ObservationResponse(
                    observation.id(),
                    observation.runRequestId(),
                    observation.evidenceDefinitionId(),
                    observation.status(),
                    observation.observedBy(),
                    observation.supportingArtifacts(),
                    observation.notes(),
                    observation.observedAt());
        }
    }

    record EvidenceItemResponse(
            String evidenceDefinitionId,
            String key,
            String statement,
            String kind,
            boolean required,
            @Nullable String gate,
            List<String> capabilityIds,
            String status,
            String because,
            Witness witness,
            @Nullable String simulatedStatus,
            List<ObservationResponse> observations,
            WaiverController.@Nullable WaiverResponse waiver) {

        static EvidenceItemResponse of(Evidence.Item item) {
            var definition = item.definition();
            return new EvidenceItemResponse(
                    definition.id(),
                    definition.key(),
                    definition.statement(),
                    definition.kind(),
                    definition.required(),
                    definition.gate(),
                    definition.capabilityIds(),
                    item.status(),
                    item.because(),
                    item.witness(),
                    item.simulatedStatus(),
                    item.observations().stream().map(ObservationResponse::of).toList(),
                    item.waiver() == null ? null : WaiverController.WaiverResponse.of(item.waiver()));
        }
    }

    record EvidenceAnswerResponse(String runRequestId, List<EvidenceItemResponse> items, Evidence.Totals totals) {}

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRunEvidence", summary = "Read which evidence a run proved, refuted or left out")
    @GetMapping("/api/run-requests/{id}/evidence")
    EvidenceAnswerResponse evidence(Caller caller, @PathVariable String id) {
        Evidence.Answer answer = evidence.of(caller, runs.get(caller, id));
        return new EvidenceAnswerResponse(
                id, answer.items().stream().map(EvidenceItemResponse::of).toList(), answer.totals());
    }

    /** Valid against its schema; who observed is taken from the caller, whatever the document says. */
    @JsonBody(schema = "alloy.evidence_observation.v1")
    record ObservationBody(JsonDocument document) {}

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems(ProblemType.UNKNOWN_REFERENCE)
    @Operation(operationId = "observeEvidence", summary = "Report an observation for an evidence definition of a run")
    @PostMapping("/api/run-requests/{id}/evidence-observations")
    ResponseEntity<ObservationResponse> observeOfRun(
            Caller caller, @PathVariable String id, @RequestBody ObservationBody body) {
        return observe(caller, id, body);
    }

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS, runner = true)
    @Problems({ProblemType.UNKNOWN_REFERENCE, ProblemType.AMBIGUOUS_FOUNDRY_RUN})
    @Operation(
            operationId = "observeFoundryEvidence",
            summary = "Report an observation for a run, by the id Foundry gave it")
    @PostMapping("/api/foundry-runs/{foundry_run_id}/evidence-observations")
    ResponseEntity<ObservationResponse> observeOfFoundry(
            Caller caller, @PathVariable("foundry_run_id") String foundryRunId, @RequestBody ObservationBody body) {
        return observe(caller, observations.runOfFoundry(caller, foundryRunId), body);
    }

    private ResponseEntity<ObservationResponse> observe(Caller caller, String id, ObservationBody body) {
        EvidenceObservation kept = observations.observe(caller, id, Observations.Said.of(body.document()));
        return ResponseEntity.created(URI.create(urls.of("/api/run-requests/" + kept.runRequestId() + "/evidence")))
                .body(ObservationResponse.of(kept));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRunAudit", summary = "Read who approved what, what was executed and what is unknown")
    @GetMapping("/api/run-requests/{id}/audit")
    AuditAnswer audit(Caller caller, @PathVariable String id) {
        return audits.of(caller, id);
    }
}
