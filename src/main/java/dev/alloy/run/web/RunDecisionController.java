package dev.alloy.run.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.ReviewerAccess;
import dev.alloy.http.JsonBody;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.run.RunDecisions;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What people decide about runs. */
@Tag(name = "Runs")
@RestController
class RunDecisionController {

    private final RunDecisions decisions;
    private final Runs runs;

    RunDecisionController(RunDecisions decisions, Runs runs) {
        this.decisions = decisions;
        this.runs = runs;
    }

    @JsonBody(schema = "reason")
    record ReasonRequest(String reason) {}

    @JsonBody(schema = "resolve_run")
    record ResolveRequest(String status, String reason) {}

    @Access(authority = Authority.COMPILE_BRIEFS)
    @Problems(ProblemType.INVALID_TRANSITION)
    @ApiResponse(responseCode = "200", description = "The run has ended.")
    @ApiResponse(responseCode = "202", description = "Its runner is asked to stop; its report ends the run.")
    @Operation(operationId = "cancelRun", summary = "Cancel a run")
    @PostMapping("/api/run-requests/{id}/cancel")
    ResponseEntity<RunResponse> cancel(Caller caller, @PathVariable String id, @RequestBody ReasonRequest body) {
        RunDecisions.Cancelled cancelled = decisions.cancel(caller, id, body.reason());
        return answer(ResponseEntity.status(cancelled.done() ? 200 : 202), caller, cancelled.run());
    }

    @ReviewerAccess
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(operationId = "declineRun", summary = "Decline a run that awaits an approval")
    @PostMapping("/api/run-requests/{id}/decline")
    ResponseEntity<RunResponse> decline(Caller caller, @PathVariable String id, @RequestBody ReasonRequest body) {
        return answer(ResponseEntity.ok(), caller, decisions.decline(caller, id, body.reason()));
    }

    @Access(authority = {Authority.MANAGE_RUNNERS, Authority.APPROVE_MUTATION})
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(operationId = "requeueRun", summary = "Requeue a parked run")
    @PostMapping("/api/run-requests/{id}/requeue")
    ResponseEntity<RunResponse> requeue(Caller caller, @PathVariable String id, @RequestBody ReasonRequest body) {
        return answer(ResponseEntity.ok(), caller, decisions.requeue(caller, id, body.reason()));
    }

    @Access(authority = Authority.APPROVE_MUTATION)
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(operationId = "resolveRun", summary = "Resolve a run that is lost or was carried out by hand")
    @PostMapping("/api/run-requests/{id}/resolve")
    ResponseEntity<RunResponse> resolve(Caller caller, @PathVariable String id, @RequestBody ResolveRequest body) {
        return answer(
                ResponseEntity.ok(), caller, decisions.resolve(caller, id, RunStatus.of(body.status()), body.reason()));
    }

    private ResponseEntity<RunResponse> answer(ResponseEntity.BodyBuilder answer, Caller caller, RunRequest run) {
        return answer.eTag(Runs.tag(run)).body(RunResponse.of(run, runs.idempotencyParts(run)));
    }
}
