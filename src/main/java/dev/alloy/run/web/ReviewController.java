package dev.alloy.run.web;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.ApprovalStatus;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compilation.ReviewSubject;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.run.AwaitingApproval;
import dev.alloy.run.ReviewQueue;
import dev.alloy.run.RunRequest;
import dev.alloy.run.web.ExplanationController.ReasonResponse;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A reviewer's inbox: what waits for an approval, and what was approved. */
@Tag(name = "Approvals")
@RestController
class ReviewController {

    private static final int MOST_CHANGES = 20;

    private final ReviewQueue queue;
    private final Approvals approvals;
    private final DatabaseClock clock;

    ReviewController(ReviewQueue queue, Approvals approvals, DatabaseClock clock) {
        this.queue = queue;
        this.approvals = approvals;
        this.clock = clock;
    }

    /** {@link ApprovalStatus}, and what there is no approval of yet. */
    @Schema(name = "ReviewStatus")
    enum Status {
        PENDING,
        ACTIVE,
        BOUND,
        EXPIRED,
        REVOKED,
        STALE;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Status of(ApprovalStatus status) {
            return valueOf(status.name());
        }

        ApprovalStatus ofApproval() {
            return ApprovalStatus.valueOf(name());
        }
    }

    @Schema(name = "ReviewedGate")
    record GateResponse(String name, String command, String phase, boolean required, String mode) {

        static GateResponse of(ReviewSubject.Gate gate) {
            return new GateResponse(gate.name(), gate.command(), gate.phase(), gate.required(), gate.mode());
        }
    }

    @Schema(name = "ReviewChange")
    record ChangeResponse(String about, String sentence, boolean weakens) {

        static ChangeResponse of(ReviewSubject.Change change) {
            return new ChangeResponse(change.about(), change.sentence(), change.weakens());
        }
    }

    @Schema(name = "ReviewNews")
    record NewsResponse(
            String approvalId,
            String formationBriefId,
            String approvedBy,
            Instant approvedAt,
            List<ChangeResponse> changes,
            Map<String, Integer> counts,
            int total) {

        static NewsResponse of(ReviewSubject.News news) {
            Approval approval = news.approval();
            return new NewsResponse(
                    approval.id(),
                    approval.formationBriefId(),
                    approval.approvedBy(),
                    approval.createdAt(),
                    news.first(MOST_CHANGES).stream().map(ChangeResponse::of).toList(),
                    news.counts(),
                    news.total());
        }
    }

    @Schema(name = "ReviewSubject")
    record SubjectResponse(
            String objective,
            List<String> mayBeHarmed,
            int mayBeHarmedTotal,
            List<GateResponse> gates,
            int gatesTotal,
            @Nullable NewsResponse sinceLastApproval) {

        static SubjectResponse of(ReviewSubject subject) {
            ReviewSubject.News news = subject.sinceLastApproval();
            return new SubjectResponse(
                    subject.objective(),
                    subject.mayBeHarmed(),
                    subject.mayBeHarmedTotal(),
                    subject.gates().stream().map(GateResponse::of).toList(),
                    subject.gatesTotal(),
                    news == null ? null : NewsResponse.of(news));
        }
    }

    /** An approval, or with {@code pending} the one that a run needs. */
    record ReviewResponse(
            Status status,
            @Nullable String id,
            @Nullable String runRequestId,
            String projectId,
            String formationBriefId,
            String briefDigest,
            String promptPackId,
            String promptPackDigest,
            ApprovalScope scope,
            String repoRevision,
            @Nullable DriftPolicy driftPolicy,
            @Nullable String branch,
            @Nullable String entryEvent,
            @Nullable String throttle,
            @Nullable String effect,
            @Nullable String requestedBy,
            @Nullable Instant requestedAt,
            @Nullable String approvedBy,
            @Nullable Instant approvedAt,
            @Nullable Instant expiresAt,
            @Nullable String comment,
            List<ReasonResponse> reasons,
            @Nullable Boolean approvableByYou,
            @Nullable String notByYouBecause,
            @Nullable String summary,
            @Nullable String decision,
            @Nullable SubjectResponse subject) {

        static ReviewResponse of(AwaitingApproval waiting) {
            RunRequest run = waiting.run();
            return new ReviewResponse(
                    Status.PENDING,
                    null,
                    run.id(),
                    run.projectId(),
                    run.formationBriefId(),
                    run.briefDigest(),
                    run.promptPackId(),
                    run.promptPackDigest(),
                    waiting.scope(),
                    run.repoRevision(),
                    null,
                    run.branch(),
                    run.entryEvent(),
                    run.throttle(),
                    run.effect(),
                    run.requestedBy(),
                    run.createdAt(),
                    null,
                    null,
                    null,
                    null,
                    waiting.reasons().stream().map(ReasonResponse::of).toList(),
                    waiting.notByCallerBecause() == null,
                    waiting.notByCallerBecause(),
                    summary(waiting),
                    waiting.decision(),
                    SubjectResponse.of(waiting.subject()));
        }

        private static String summary(AwaitingApproval waiting) {
            RunRequest run = waiting.run();
            String mayDo = run.effect().equals("read_only")
                    ? "It changes nothing"
                    : switch (waiting.scope()) {
                        case DRY_RUN -> "It may change the working copy although its mutators are simulated";
                        case AUDIT_ONLY, FULL -> "It may change code, and commits nothing";
                        case COMMIT_PUSH -> "It may change code, commit and push";
                        case RELEASE -> "It may change code, commit, push and release";
                    };
            return run.requestedBy() + " asks to run " + run.entryEvent() + " at " + run.throttle() + " on the branch "
                    + run.branch() + " at revision " + run.repoRevision() + ". " + mayDo
                    + "; approving it takes the scope "
                    + waiting.scope().wireName() + ".";
        }

        static ReviewResponse of(Approval approval, Instant now) {
            return new ReviewResponse(
                    Status.of(approval.status(now)),
                    approval.id(),
                    approval.boundRunRequestId(),
                    approval.projectId(),
                    approval.formationBriefId(),
                    approval.briefDigest(),
                    approval.promptPackId(),
                    approval.promptPackDigest(),
                    approval.scope(),
                    approval.repoRevision(),
                    approval.driftPolicy(),
                    approval.branch(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    approval.approvedBy(),
                    approval.createdAt(),
                    approval.expiresAt(),
                    approval.comment(),
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

    @Access(authority = Authority.VIEW)
    @Operation(
            operationId = "listReviews",
            summary =
                    "List a reviewer's inbox: with status=pending the runs that wait for an approval, else the approvals given")
    @GetMapping("/api/approvals")
    Page<ReviewResponse> list(
            Caller caller,
            PageQuery page,
            @Parameter(schema = @Schema(implementation = Status.class)) @RequestParam(required = false) @Nullable
                    String status,
            @RequestParam(name = "project_id", required = false) @Nullable String projectId,
            @RequestParam(name = "formation_brief_id", required = false) @Nullable String formationBriefId) {
        Status wanted = QueryValue.named("status", status, Status.values(), Status::wireName);
        Map<String, @Nullable String> filters = new HashMap<>();
        filters.put("projectId", projectId);
        filters.put("formationBriefId", formationBriefId);
        if (wanted == Status.PENDING) {
            return queue.list(caller, page, filters).map(ReviewResponse::of);
        }
        Instant now = clock.now();
        return approvals
                .list(caller, page, wanted == null ? null : wanted.ofApproval(), filters)
                .map(approval -> ReviewResponse.of(approval, now));
    }
}
