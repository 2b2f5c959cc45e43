package dev.alloy.compilation.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.ReviewerAccess;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.ApprovalStatus;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.BriefApprovals;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compilation.WaitingRun;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Creates;
import dev.alloy.http.EntityTag;
import dev.alloy.http.JsonBody;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.Problems;
import dev.alloy.problem.PublicUrl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@Tag(name = "Approvals")
@RestController
class ApprovalController {

    /** More runs than a reviewer reads; the summary counts all. */
    private static final int MOST_SHOWN = 100;

    private final Approvals approvals;
    private final BriefApprovals giving;
    private final DatabaseClock clock;
    private final PublicUrl urls;

    ApprovalController(Approvals approvals, BriefApprovals giving, DatabaseClock clock, PublicUrl urls) {
        this.approvals = approvals;
        this.giving = giving;
        this.clock = clock;
        this.urls = urls;
    }

    @JsonBody(schema = "approve_brief")
    record ApproveBriefRequest(
            ApprovalScope scope,
            String repoRevision,
            @Nullable DriftPolicy driftPolicy,
            @Nullable String comment,
            @Nullable String promptPackId,
            @Nullable OffsetDateTime expiresAt,
            @Nullable String branch) {}

    record ApprovalResponse(
            String id,
            String projectId,
            String formationBriefId,
            String briefDigest,
            String promptPackId,
            String promptPackDigest,
            List<String> overlayDigests,
            ApprovalScope scope,
            String repoRevision,
            DriftPolicy driftPolicy,
            @Nullable String branch,
            @Nullable String comment,
            ApprovalStatus status,
            String approvedBy,
            Instant approvedAt,
            Instant expiresAt,
            @Nullable String boundRunRequestId,
            @Nullable Instant revokedAt,
            @Nullable String revokedBy,
            @Nullable String revocationReason,
            @Nullable Instant voidedAt,
            @Nullable String voidedBecause) {

        static ApprovalResponse of(Approval approval, Instant now) {
            return new ApprovalResponse(
                    approval.id(),
                    approval.projectId(),
                    approval.formationBriefId(),
                    approval.briefDigest(),
                    approval.promptPackId(),
                    approval.promptPackDigest(),
                    approval.overlayDigests(),
                    approval.scope(),
                    approval.repoRevision(),
                    approval.driftPolicy(),
                    approval.branch(),
                    approval.comment(),
                    approval.status(now),
                    approval.approvedBy(),
                    approval.createdAt(),
                    approval.expiresAt(),
                    approval.boundRunRequestId(),
                    approval.revokedAt(),
                    approval.revokedBy(),
                    approval.revocationReason(),
                    approval.voidedAt(),
                    approval.voidedBecause());
        }
    }

    @Schema(name = "WaitingRun")
    record WaitingRunResponse(
            String runRequestId,
            boolean fits,
            @Nullable String code,
            @Nullable String because) {

        static WaitingRunResponse of(WaitingRun run) {
            return new WaitingRunResponse(run.runRequestId(), run.fits(), run.code(), run.because());
        }
    }

    /** An approval as it was given, and what it does for the runs that waited. */
    record GivenApprovalResponse(
            @JsonUnwrapped ApprovalResponse approval, String summary, List<WaitingRunResponse> waitingRuns) {

        static GivenApprovalResponse of(BriefApprovals.Given given, Instant now) {
            return new GivenApprovalResponse(
                    ApprovalResponse.of(given.approval(), now),
                    summary(given.runs()),
                    given.runs().stream()
                            .limit(MOST_SHOWN)
                            .map(WaitingRunResponse::of)
                            .toList());
        }

        private static String summary(List<WaitingRun> runs) {
            long fitting = runs.stream().filter(WaitingRun::fits).count();
            if (runs.isEmpty()) {
                return "No run waits for this approval. The next run that it fits is queued when requested.";
            }
            if (fitting == 0) {
                return "This approval fits none of the waiting runs (" + runs.size()
                        + " of this brief); 'waiting_runs' says why.";
            }
            return "This approval fits " + fitting + " of the waiting runs of this brief (" + runs.size() + " in all).";
        }
    }

    /** The scope of the approval says which authority it takes. */
    @JsonBody(schema = "reason")
    record RevokeRequest(String reason) {}

    @ReviewerAccess
    @Problems(ProblemType.INVALID_TRANSITION)
    @Operation(
            operationId = "revokeApproval",
            summary = "Revoke an approval; runs that have not started under it will not start")
    @PostMapping("/api/approvals/{id}/revoke")
    ResponseEntity<ApprovalResponse> revoke(Caller caller, @PathVariable String id, @RequestBody RevokeRequest body) {
        Approval approval = approvals.revoke(caller, id, body.reason());
        return ResponseEntity.ok().eTag(tag(approval)).body(ApprovalResponse.of(approval, clock.now()));
    }

    @Creates
    @ReviewerAccess
    @Problems({ProblemType.BRIEF_NOT_APPROVABLE, ProblemType.FOUR_EYES, ProblemType.APPROVAL_NEVER_FITS})
    @ApiResponse(responseCode = "200", description = "The same approval is already active; this is it.")
    @Operation(operationId = "approveBrief", summary = "Approve exactly these digests at this revision")
    @PostMapping("/api/formation-briefs/{id}/approvals")
    ResponseEntity<GivenApprovalResponse> approve(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody ApproveBriefRequest body) {
        BriefApprovals.Given given = giving.approve(
                caller,
                id,
                ifMatch,
                new BriefApprovals.Decision(
                        body.scope(),
                        body.repoRevision(),
                        Objects.requireNonNullElse(body.driftPolicy(), DriftPolicy.EXACT),
                        body.promptPackId(),
                        body.expiresAt() == null ? null : body.expiresAt().toInstant(),
                        body.branch(),
                        body.comment()));
        Approval approval = given.approval();
        URI location = URI.create(urls.of("/api/approvals/" + approval.id()));
        ResponseEntity.BodyBuilder answer = given.replayed()
                ? ResponseEntity.ok().location(location).header("Idempotent-Replayed", "true")
                : ResponseEntity.created(location);
        return answer.eTag(tag(approval)).body(GivenApprovalResponse.of(given, clock.now()));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "listApprovals", summary = "List the approvals of a brief")
    @GetMapping("/api/formation-briefs/{id}/approvals")
    Page<ApprovalResponse> list(Caller caller, @PathVariable String id, PageQuery page) {
        Instant now = clock.now();
        return approvals.list(caller, id, page).map(approval -> ApprovalResponse.of(approval, now));
    }

    @Access(authority = Authority.VIEW)
    @Operation(operationId = "getApproval", summary = "Read an approval")
    @GetMapping("/api/approvals/{id}")
    ResponseEntity<ApprovalResponse> get(Caller caller, @PathVariable String id) {
        Approval approval = approvals.get(caller, id);
        return ResponseEntity.ok().eTag(tag(approval)).body(ApprovalResponse.of(approval, clock.now()));
    }

    /** What it is bound to is no part of its own row. */
    private static String tag(Approval approval) {
        String bound = approval.boundRunRequestId() == null ? "" : "." + approval.boundRunRequestId();
        return EntityTag.of(approval.id() + bound, approval.version());
    }
}
