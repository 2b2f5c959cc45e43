package dev.alloy.run.web;

import dev.alloy.access.Access;
import dev.alloy.access.Caller;
import dev.alloy.http.JsonBody;
import dev.alloy.http.QueryValue;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.run.Acceptance;
import dev.alloy.run.Heartbeats;
import dev.alloy.run.Offers;
import dev.alloy.run.Polls;
import dev.alloy.run.RunSettings;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Starts;
import dev.alloy.runner.Runners;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What a runner calls, in the order it calls it. Source: dispatch.md, “Runner protocol”. */
@Tag(name = "Runner protocol")
@RestController
class RunnerProtocolController {

    private static final int DEFAULT_WAIT_SECONDS = 25;
    private static final int LONGEST_WAIT_SECONDS = 50;

    private final Polls polls;
    private final Acceptance acceptance;
    private final Starts starts;
    private final Heartbeats heartbeats;
    private final Runners runners;
    private final RunSettings settings;

    RunnerProtocolController(
            Polls polls,
            Acceptance acceptance,
            Starts starts,
            Heartbeats heartbeats,
            Runners runners,
            RunSettings settings) {
        this.polls = polls;
        this.acceptance = acceptance;
        this.starts = starts;
        this.heartbeats = heartbeats;
        this.runners = runners;
        this.settings = settings;
    }

    @JsonBody(schema = "accept_run")
    record AcceptRequest(@Nullable String claim) {}

    @JsonBody(schema = "start_run")
    record StartRequest(String repoRevisionBefore, @Nullable String foundryRunId) {}

    @JsonBody(schema = "heartbeat")
    record HeartbeatRequest() {}

    record OfferTerms(Instant expiresAt) {}

    record OfferResponse(
            OfferTerms offer,

            @Schema(ref = "#/components/schemas/alloy.foundry_execution_request.v1")
            ObjectNode executionRequest) {}

    record Lease(long seconds, long heartbeatSeconds, long selfAbortSeconds, Instant expiresAt) {}

    record AcceptedResponse(int attempt, String leaseToken, Lease lease, String callbackToken) {}

    record StartedResponse(String id, String status) {}

    record HeartbeatResponse(String directive, @Nullable Long graceSeconds, Lease lease) {}

    @JsonBody(schema = "reason")
    record ReleaseRequest(String reason) {}

    record ReleasedResponse(String id, RunStatus status) {}

    @Access(runner = true)
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = OfferResponse.class)))
    @ApiResponse(responseCode = "204", description = "Nothing arrived while the call waited.", content = @Content)
    @Operation(operationId = "pollNextRun", summary = "Poll for the next run for this runner")
    @GetMapping("/api/runners/{id}/run-requests/next")
    Object next(
            Caller caller,
            @PathVariable String id,
            @Parameter(schema = @Schema(type = "integer", minimum = "0", maximum = "50", defaultValue = "25"))
                    @RequestParam(name = "wait_seconds", required = false)
                    @Nullable
                    String waitSeconds) {
        if (!caller.name().equals(id)) {
            throw ProblemType.NOT_FOUND.because("A runner polls for itself only.");
        }
        int wait = QueryValue.number("wait_seconds", waitSeconds, DEFAULT_WAIT_SECONDS, 0, LONGEST_WAIT_SECONDS);
        CompletableFuture<Polls.Answer> next = polls.next(caller, Duration.ofSeconds(wait));
        // An answer that is there goes out at once; one that waits goes through all filters once more.
        return next.isDone() ? answer(next.join()) : next.thenApply(RunnerProtocolController::answer);
    }

    private static ResponseEntity<OfferResponse> answer(Polls.Answer answer) {
        if (answer.offer().isPresent()) {
            Offers.Offer made = answer.offer().get();
            return ResponseEntity.ok(new OfferResponse(new OfferTerms(made.expiresAt()), made.executionRequest()));
        }
        return answer.superseded()
                ? ResponseEntity.noContent().header("Alloy-Poll", "superseded").build()
                : ResponseEntity.noContent().build();
    }

    @Access(runner = true)
    @Problems({
        ProblemType.NOT_OFFERED,
        ProblemType.CLAIM_CONFLICT,
        ProblemType.RUN_UNKNOWN_AFTER_RESTORE,
        ProblemType.INVALID_TRANSITION,
        ProblemType.APPROVAL_EXPIRED,
        ProblemType.APPROVAL_STALE,
        ProblemType.MANUAL_ONLY,
        ProblemType.MANIFEST_MISMATCH,
        ProblemType.BRANCH_BUSY,
        ProblemType.NOT_ALLOWED_PROJECT,
        ProblemType.UNTRUSTED_FOR_EFFECT,
        ProblemType.DOES_NOT_SERVE_INSTALLATION,
        ProblemType.SCHEMA_VERSION_UNSUPPORTED,
        ProblemType.DRAINING
    })
    @Operation(operationId = "acceptRun", summary = "Accept the offered run; answers its lease")
    @PostMapping("/api/run-requests/{id}/accepted")
    AcceptedResponse accept(Caller caller, @PathVariable String id, @RequestBody AcceptRequest body) {
        Acceptance.Accepted accepted = acceptance.accept(caller, id, body.claim());
        return new AcceptedResponse(
                accepted.attempt(), accepted.leaseToken(), lease(accepted.leaseExpiresAt()), accepted.callbackToken());
    }

    @Access(runner = true)
    @Problems({
        ProblemType.REVISION_MISMATCH,
        ProblemType.LEASE_EXPIRED,
        ProblemType.INVALID_TRANSITION,
        ProblemType.APPROVAL_EXPIRED,
        ProblemType.APPROVAL_STALE,
        ProblemType.MANUAL_ONLY,
        ProblemType.MANIFEST_MISMATCH,
        ProblemType.BRANCH_BUSY,
        ProblemType.NOT_ALLOWED_PROJECT,
        ProblemType.UNTRUSTED_FOR_EFFECT,
        ProblemType.DOES_NOT_SERVE_INSTALLATION,
        ProblemType.SCHEMA_VERSION_UNSUPPORTED,
        ProblemType.DRAINING
    })
    @Operation(operationId = "startRun", summary = "Report that Foundry is about to start")
    @PostMapping("/api/run-requests/{id}/started")
    ResponseEntity<StartedResponse> start(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody StartRequest body) {
        boolean replayed = starts.start(caller, id, lease, body.repoRevisionBefore(), body.foundryRunId());
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (replayed) {
            answer.header("Idempotent-Replayed", "true");
        }
        return answer.body(new StartedResponse(id, "executing"));
    }

    @Access(runner = true)
    @Problems({ProblemType.LEASE_EXPIRED, ProblemType.INVALID_TRANSITION})
    @Operation(operationId = "heartbeatRun", summary = "Renew the lease of a run")
    @PostMapping("/api/run-requests/{id}/heartbeat")
    HeartbeatResponse heartbeat(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody HeartbeatRequest body) {
        Heartbeats.LeaseRenewal pulse = heartbeats.heartbeat(caller, id, lease);
        Long grace = pulse.directive().equals("cancel") ? settings.selfAbort().toSeconds() : null;
        return new HeartbeatResponse(pulse.directive(), grace, lease(pulse.leaseExpiresAt()));
    }

    @Access(runner = true)
    @Problems({ProblemType.LEASE_EXPIRED, ProblemType.INVALID_TRANSITION})
    @Operation(operationId = "releaseRun", summary = "Release an accepted run that has not started")
    @PostMapping("/api/run-requests/{id}/release")
    ReleasedResponse release(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Alloy-Lease", required = false) @Nullable String lease,
            @RequestBody ReleaseRequest body) {
        return new ReleasedResponse(id, starts.release(caller, id, lease, body.reason()));
    }

    record HeldLease(String runRequestId, String leaseToken) {}

    @JsonBody(schema = "runner_heartbeat")
    record RunnerHeartbeatRequest(
            @Nullable List<HeldLease> leases, @Nullable List<String> supportedSchemaVersions) {}

    record LeaseHeartbeat(
            String runRequestId,
            String directive,
            @Nullable Long graceSeconds,
            @Nullable Lease lease,
            @Nullable String problem) {}

    record RunnerHeartbeatResponse(List<LeaseHeartbeat> leases) {}

    @Access(runner = true)
    @Operation(operationId = "heartbeatRunner", summary = "Renew all leases of a runner at once")
    @PostMapping("/api/runners/{id}/heartbeat")
    RunnerHeartbeatResponse heartbeatRunner(
            Caller caller, @PathVariable String id, @RequestBody RunnerHeartbeatRequest body) {
        if (!caller.name().equals(id)) {
            throw ProblemType.NOT_FOUND.because("A runner speaks for itself only.");
        }
        if (body.supportedSchemaVersions() != null) {
            runners.declare(caller, body.supportedSchemaVersions());
        }
        List<Heartbeats.LeaseToRenew> held = Objects.requireNonNullElse(body.leases(), List.<HeldLease>of()).stream()
                .map(lease -> new Heartbeats.LeaseToRenew(lease.runRequestId(), lease.leaseToken()))
                .toList();
        return new RunnerHeartbeatResponse(
                heartbeats.heartbeat(caller, held).stream().map(this::shape).toList());
    }

    /** A lease that does not hold any more is one to stop for. */
    private LeaseHeartbeat shape(Heartbeats.LeaseRenewalOutcome held) {
        Heartbeats.LeaseRenewal pulse = held.pulse();
        String directive = pulse == null ? "cancel" : pulse.directive();
        return new LeaseHeartbeat(
                held.runRequestId(),
                directive,
                directive.equals("cancel") ? settings.selfAbort().toSeconds() : null,
                pulse == null ? null : lease(pulse.leaseExpiresAt()),
                held.problem());
    }

    private Lease lease(Instant expiresAt) {
        return new Lease(
                settings.leaseTtl().toSeconds(),
                settings.heartbeat().toSeconds(),
                settings.selfAbort().toSeconds(),
                expiresAt);
    }
}
