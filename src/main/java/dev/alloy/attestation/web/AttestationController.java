package dev.alloy.attestation.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.attestation.ApprovalAttestations;
import dev.alloy.attestation.RunAttestations;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.signing.Envelope;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Attestations, as DSSE envelopes. */
@Tag(name = "Audit")
@RestController
class AttestationController {

    private static final String JSON_LINES = "application/jsonl";

    private final RunAttestations runs;
    private final ApprovalAttestations approvals;
    private final JsonMapper json;

    AttestationController(RunAttestations runs, ApprovalAttestations approvals, JsonMapper json) {
        this.runs = runs;
        this.approvals = approvals;
        this.json = json;
    }

    @Access(authority = Authority.VIEW)
    @Problems(ProblemType.RUN_NOT_ENDED)
    @Operation(
            operationId = "getRunAttestation",
            summary = "Fetch a run's signed evidence summary, or all signed statements of it as JSON Lines")
    @GetMapping(path = "/api/run-requests/{id}/attestation", produces = MediaType.APPLICATION_JSON_VALUE)
    Envelope ofRun(Caller caller, @PathVariable String id) {
        return runs.summary(caller, id);
    }

    @Access(authority = Authority.VIEW)
    @Problems(ProblemType.RUN_NOT_ENDED)
    @Operation(
            operationId = "getRunAttestation",
            summary = "Fetch a run's signed evidence summary, or all signed statements of it as JSON Lines")
    @GetMapping(path = "/api/run-requests/{id}/attestation", produces = JSON_LINES)
    byte[] allOfRun(Caller caller, @PathVariable String id) {
        var lines = new StringBuilder();
        runs.all(caller, id).forEach(envelope -> lines.append(json.writeValueAsString(envelope))
                .append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "getApprovalAttestation",
            summary = "Fetch the statement signed when an approval was given; unsigned if there was no key yet")
    @GetMapping("/api/approvals/{id}/attestation")
    Envelope ofApproval(Caller caller, @PathVariable String id) {
        return approvals.of(caller, id);
    }
}
