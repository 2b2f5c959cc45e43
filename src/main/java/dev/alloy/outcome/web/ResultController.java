package dev.alloy.outcome.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.account.Derived;
import dev.alloy.account.RunAccount;
import dev.alloy.account.RunFinding;
import dev.alloy.account.SnapshotCheck;
import dev.alloy.contract.JsonDocument;
import dev.alloy.http.Artifact;
import dev.alloy.http.EntityTag;
import dev.alloy.http.JsonBody;
import dev.alloy.outcome.Results;
import dev.alloy.outcome.RunResult;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Terminal words on runs. */
@RestController
class ResultController {

    private final Results results;

    ResultController(Results results) {
        this.results = results;
    }

    @JsonBody(schema = "alloy.foundry_run_result.v1")
    record ResultBody(JsonDocument document) {}

    record TakenResponse(String id, String runRequestId, String status, String claimedStatus) {}

    record ResultResponse(
            String id,
            String runRequestId,
            String projectId,
            int attempt,
            @Nullable String foundryRunId,
            String status,
            String claimedStatus,
            @Nullable String repoRevisionBefore,
            @Nullable String repoRevisionAfter,
            @JsonRawValue @Schema(type = "array") String gateResults,
            int retryCount,
            @JsonRawValue @Schema(type = "object") String changes,
            @JsonRawValue @Schema(type = "object") String summary,
            List<SnapshotCheck> checks,
            Derived derived,
            List<RunFinding> findings,
            @Nullable String traceUri,
            String digest,
            String reportedBy,
            Instant completedAt,
            Instant receivedAt) {

        static ResultResponse of(RunResult result, RunAccount judged) {
            return new ResultResponse(
                    result.id(),
                    result.runRequestId(),
                    result.projectId(),
                    result.attempt(),
                    result.foundryRunId(),
                    result.status(),
                    result.claimedStatus(),
                    result.repoRevisionBefore(),
                    result.repoRevisionAfter(),
                    result.gateResults(),
                    result.retryCount(),
                    result.changes(),
                    result.summary(),
                    judged.verdict().checks(),
                    judged.derived(),
                    judged.findings(),
                    result.traceUri(),
                    result.digest(),
                    result.reportedBy(),
                    result.completedAt(),
                    result.createdAt());
        }
    }

    @Tag(name = "Runner protocol")
    @Access(runner = true, callback = true)
    @Problems({ProblemType.INVALID_TRANSITION, ProblemType.RESULT_CONFLICT, ProblemType.UNKNOWN_REFERENCE})
    @Operation(operationId = "completeRun", summary = "Report how a run ended; repeating the same bytes is safe")
    @PostMapping("/api/run-requests/{id}/completed")
    ResponseEntity<TakenResponse> completed(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody ResultBody body) {
        return answer(results.take(caller, id, lease, Results.Call.COMPLETED, body.document()));
    }

    @Tag(name = "Runner protocol")
    @Access(runner = true)
    @Problems({ProblemType.INVALID_TRANSITION, ProblemType.RESULT_CONFLICT, ProblemType.UNKNOWN_REFERENCE})
    @Operation(operationId = "failRun", summary = "Report that a run failed or was cancelled, even before it started")
    @PostMapping("/api/run-requests/{id}/failed")
    ResponseEntity<TakenResponse> failed(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody ResultBody body) {
        return answer(results.take(caller, id, lease, Results.Call.FAILED, body.document()));
    }

    private static ResponseEntity<TakenResponse> answer(Results.Taken taken) {
        RunResult result = taken.result();
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (taken.replayed()) {
            answer.header("Idempotent-Replayed", "true");
        }
        return answer.body(
                new TakenResponse(result.id(), result.runRequestId(), result.status(), result.claimedStatus()));
    }

    @Tag(name = "Outcome")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRunResult", summary = "Read a result and its judgement")
    @GetMapping("/api/run-results/{id}")
    ResponseEntity<ResultResponse> get(Caller caller, @PathVariable String id) {
        RunResult result = results.get(caller, id);
        return ResponseEntity.ok()
                .eTag(EntityTag.of(result.digest()))
                .body(ResultResponse.of(result, results.judged(caller, result)));
    }

    @Tag(name = "Outcome")
    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRawRunResult", summary = "Download the result's bytes as they were received")
    @GetMapping(path = "/api/run-results/{id}/raw", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> raw(Caller caller, @PathVariable String id) {
        RunResult result = results.get(caller, id);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .eTag(EntityTag.of(result.digest()))
                .header("Repr-Digest", Artifact.reprDigest(result.digest()))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + result.id() + ".json\"")
                .body(result.rawResult());
    }
}
