package dev.alloy.run.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.contract.foundry.Effect;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.http.Creates;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.Reexecutions;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunRequests;
import dev.alloy.run.RunSpec;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Run requests as people see them. */
@Tag(name = "Runs")
@RestController
class RunController {

    private final Runs runs;
    private final RunRequests orders;
    private final Reexecutions reexecutions;
    private final PublicUrl urls;

    RunController(Runs runs, RunRequests orders, Reexecutions reexecutions, PublicUrl urls) {
        this.runs = runs;
        this.orders = orders;
        this.reexecutions = reexecutions;
        this.urls = urls;
    }

    @JsonBody(schema = "create_run_request")
    record CreateRunRequest(
            String formationBriefId,
            @Nullable String throttle,
            @Nullable String promptPackId,
            @Nullable String runnerId,
            @Nullable OffsetDateTime expiresAt) {}

    @Creates
    @Access(authority = Authority.COMPILE_BRIEFS)
    @Problems({ProblemType.INVALID_TRANSITION, ProblemType.REQUEST_CONFLICT})
    @ApiResponse(responseCode = "200", description = "The same run was already requested; this is it.")
    @Operation(
            operationId = "createRunRequest",
            summary = "Request a run of a brief; repeating the request answers the same run")
    @PostMapping("/api/projects/{id}/run-requests")
    ResponseEntity<RunResponse> create(Caller caller, @PathVariable String id, @RequestBody CreateRunRequest body) {
        RunRequests.Requested requested = orders.request(
                caller,
                id,
                new RunSpec(
                        body.formationBriefId(),
                        body.throttle(),
                        body.promptPackId(),
                        body.runnerId(),
                        body.expiresAt() == null ? null : body.expiresAt().toInstant()));
        RunRequest run = requested.run();
        URI location = URI.create(urls.of("/api/run-requests/" + run.id()));
        ResponseEntity.BodyBuilder answer = requested.replayed()
                ? ResponseEntity.ok().location(location).header("Idempotent-Replayed", "true")
                : ResponseEntity.created(location);
        return answer.eTag(Runs.tag(run)).body(shape(run));
    }

    @JsonBody(schema = "reason")
    record ReexecuteRequest(String reason) {}

    @Creates
    @Access(
            authority = {Authority.COMPILE_BRIEFS, Authority.APPROVE_DRY_RUN, Authority.APPROVE_MUTATION},
            each = "'compile_briefs' for a run that never started, otherwise 'approve_dry_run' for a read_only one and"
                    + " 'approve_mutation' for a mutating one")
    @Problems({ProblemType.INVALID_TRANSITION, ProblemType.ALREADY_REEXECUTED})
    @Operation(operationId = "reexecuteRun", summary = "Request the same run again after it has ended or was lost")
    @PostMapping("/api/run-requests/{id}/reexecutions")
    ResponseEntity<RunResponse> reexecute(Caller caller, @PathVariable String id, @RequestBody ReexecuteRequest body) {
        RunRequest run = reexecutions.reexecute(caller, id, body.reason());
        return ResponseEntity.created(URI.create(urls.of("/api/run-requests/" + run.id())))
                .eTag(Runs.tag(run))
                .body(shape(run));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listRunRequests", summary = "List runs, newest first")
    @GetMapping("/api/run-requests")
    Page<RunResponse> list(
            Caller caller,
            PageQuery page,
            @Parameter(schema = @Schema(implementation = RunStatus.class)) @RequestParam(required = false) @Nullable
                    String status,
            @Parameter(schema = @Schema(implementation = RunStatus.class))
                    @RequestParam(name = "account_status", required = false)
                    @Nullable
                    String accountStatus,
            @RequestParam(name = "project_id", required = false) @Nullable String projectId,
            @RequestParam(name = "formation_brief_id", required = false) @Nullable String formationBriefId,
            @RequestParam(name = "installation_id", required = false) @Nullable String installationId,
            @RequestParam(name = "runner_id", required = false) @Nullable String runnerId,
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam(name = "foundry_run_id", required = false) @Nullable String foundryRunId,
            @RequestParam(name = "trace_id", required = false) @Nullable String traceId,
            @RequestParam(name = "branch", required = false) @Nullable String branch,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"read_only", "mutating"}))
                    @RequestParam(required = false)
                    @Nullable
                    String effect,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"dry_run", "audit_only", "full"}))
                    @RequestParam(required = false)
                    @Nullable
                    String throttle,
            @Parameter(schema = @Schema(type = "boolean")) @RequestParam(required = false) @Nullable String parked,
            @RequestParam(name = "parked_reason", required = false) @Nullable String parkedReason,
            @Parameter(schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(name = "state_since_before", required = false)
                    @Nullable
                    String stateSinceBefore) {
        Map<String, Object> filters = new HashMap<>();
        RunStatus named = QueryValue.named("status", status, RunStatus.values(), RunStatus::wireName);
        filters.put("status", named == null ? null : named.wireName());
        if (named != null && !named.isTerminal()) {
            // Follows from the status, in words that an index of few runs serves.
            filters.put("completedAt", new Filter.Present(false));
        }
        filters.put(
                "accountStatus",
                wire(
                        QueryValue.named("account_status", accountStatus, RunStatus.values(), RunStatus::wireName),
                        RunStatus::wireName));
        filters.put("projectId", projectId);
        filters.put("formationBriefId", formationBriefId);
        filters.put("installationId", installationId);
        filters.put("runnerId", runnerId);
        filters.put("requestedBy", requestedBy);
        filters.put("foundryRunId", foundryRunId);
        filters.put("id", traceId == null ? null : runs.idOfTrace(caller, traceId));
        filters.put("branch", branch);
        filters.put("effect", wire(QueryValue.named("effect", effect, Effect.values(), Effect::wire), Effect::wire));
        filters.put(
                "throttle",
                wire(QueryValue.named("throttle", throttle, Throttle.values(), Throttle::wire), Throttle::wire));
        filters.put("parkedAt", parked == null ? null : new Filter.Present(QueryValue.flag("parked", parked)));
        filters.put("parkedReason", parkedReason);
        Instant before = QueryValue.instant("state_since_before", stateSinceBefore);
        filters.put("stateSince", before == null ? null : new Filter.Before(before));
        return runs.list(caller, page, filters).map(run -> shape(run));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getRunRequest", summary = "Read a run")
    @GetMapping("/api/run-requests/{id}")
    ResponseEntity<RunResponse> get(Caller caller, @PathVariable String id) {
        RunRequest run = runs.get(caller, id);
        return ResponseEntity.ok().eTag(Runs.tag(run)).body(shape(run));
    }

    private static <E> @Nullable String wire(@Nullable E value, Function<E, String> name) {
        return value == null ? null : name.apply(value);
    }

    private RunResponse shape(RunRequest run) {
        return RunResponse.of(run, runs.idempotencyParts(run));
    }
}
