package dev.alloy.outcome.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.outcome.AuditAnswer;
import dev.alloy.outcome.AuditAnswers;
import dev.alloy.outcome.Evidence;
import dev.alloy.outcome.EvidenceObservation;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What a run's outcome means: its evidence and the audit answer. */
@Tag(name = "Outcome")
@RestController
class OutcomeController {

    private final Runs runs;
    private final Evidence evidence;
    private final AuditAnswers audits;

    OutcomeController(Runs runs, Evidence evidence, AuditAnswers audits) {
        this.runs = runs;
        this.evidence = evidence;
        this.audits = audits;
    }

    record ObservationResponse(
            String id,
            String status,
            String observedBy,
            @JsonRawValue @Schema(type = "array") String supportingArtifacts,
            @Nullable String notes,
            Instant observedAt) {

        static ObservationResponse of(EvidenceObservation observation) {
            return new ObservationResponse(
                    observation.id(),
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
            List<ObservationResponse> observations) {

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
                    item.observations().stream().map(ObservationResponse::of).toList());
        }
    }

    record EvidenceAnswerResponse(String runRequestId, List<EvidenceItemResponse> items, Evidence.Totals totals) {}

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRunEvidence", summary = "Say what a run proved, what it refuted and what is missing")
    @GetMapping("/api/run-requests/{id}/evidence")
    EvidenceAnswerResponse evidence(Caller caller, @PathVariable String id) {
        Evidence.Answer answer = evidence.of(caller, runs.get(caller, id));
        return new EvidenceAnswerResponse(
                id, answer.items().stream().map(EvidenceItemResponse::of).toList(), answer.totals());
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "getRunAudit",
            summary = "Answer who approved what, what was executed and what is not known")
    @GetMapping("/api/run-requests/{id}/audit")
    AuditAnswer audit(Caller caller, @PathVariable String id) {
        return audits.of(caller, id);
    }
}
