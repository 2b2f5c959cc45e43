package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Projects;
import dev.alloy.access.ReviewerAccess;
import dev.alloy.compilation.Approval;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.EvidenceDefinition;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.http.QueryValue;
import dev.alloy.outcome.Evidence;
import dev.alloy.problem.ProblemType;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.AwaitingApproval;
import dev.alloy.run.DispatchReason;
import dev.alloy.run.ReviewQueue;
import dev.alloy.run.RunDecisions;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Where a reviewer decides: what will happen, what is new, and exactly what they approve. */
@Hidden
@Controller
class ApproveController {

    private static final int LAST_RUNS = 3;
    private static final int LONGEST_DAYS = 30;
    private static final int LONGEST_COMMENT = 1_000;

    private final Runs runs;
    private final ReviewQueue reviews;
    private final RunApprovals approvals;
    private final RunDecisions decisions;
    private final Briefs briefs;
    private final Evidence evidence;
    private final ReportedRevisions told;
    private final Approvals allApprovals;
    private final Projects projects;
    private final PublicUrl urls;
    private final DatabaseClock clock;

    ApproveController(
            Runs runs,
            ReviewQueue reviews,
            RunApprovals approvals,
            RunDecisions decisions,
            Briefs briefs,
            Evidence evidence,
            ReportedRevisions told,
            Approvals allApprovals,
            Projects projects,
            PublicUrl urls,
            DatabaseClock clock) {
        this.runs = runs;
        this.reviews = reviews;
        this.approvals = approvals;
        this.decisions = decisions;
        this.briefs = briefs;
        this.evidence = evidence;
        this.told = told;
        this.allApprovals = allApprovals;
        this.projects = projects;
        this.urls = urls;
        this.clock = clock;
    }

    /**
     * One rung of the ladder of scopes.
     *
     * @param kind {@code needed}, {@code within} for those that it includes, {@code beyond}
     * @param authority what giving it takes
     * @param held whether the reader has that
     */
    record Rung(String scope, String kind, String authority, boolean held) {}

    /**
     * The page.
     *
     * @param sentence what will happen
     * @param reach how many runs the approval is for
     * @param refusal why this reader cannot approve it; null where they can
     * @param canDecline whether this reader may say no, for which four eyes are not needed
     * @param revision which revision would be approved, or what has to be named first
     * @param told a whole revision that a runner found; null where none did or it is not needed
     * @param fourEyes whether a second person has to approve it, as a sentence
     * @param awaits whether it still waits for a decision
     * @param notice what became of the form that was sent; null where none was, or it did what it says
     */
    record View(
            String id,
            Address run,
            Address brief,
            Address self,
            Badge badge,
            String sentence,
            String reach,
            String objective,
            List<Rung> ladder,
            ApprovalNews news,
            List<EvidenceDefinition> evidence,
            List<RunsController.Row> lastRuns,
            List<DispatchReason> reasons,
            String requestedBy,
            Moment requested,
            ReviewedContent shown,
            @Nullable String refusal,
            boolean canDecline,
            WholeRevision revision,
            ReportedRevisions.@Nullable ReportedRevision told,
            String fourEyes,
            boolean awaits,
            @Nullable Notice notice,
            String curl) {

        /** Which of the authorities it needs, and what else stands in the way, decide whether there is a button. */
        boolean canApprove() {
            return refusal == null && !revision.missing();
        }

        /** Whether the reader could approve it, and has to say first which commit they mean. */
        boolean asksForRevision() {
            return refusal == null && revision.missing();
        }

        /** What stands in the field. */
        String proposal() {
            return !revision.named().isEmpty() ? revision.named() : told == null ? "" : told.revision();
        }
    }

    /**
     * Why a form did nothing.
     *
     * @param happened what happened instead, a sentence each
     * @param next what to do now
     */
    record Notice(String headline, List<String> happened, String next) {

        static Notice changed(List<String> changes) {
            return new Notice(
                    "Nothing was approved. What this page showed changed after you opened it:",
                    changes,
                    "Read below what would be approved now, and decide again.");
        }
    }

    @Access(authority = Authority.VIEW)
    @GetMapping("/runs/{id}/approve")
    ResponseEntity<byte[]> page(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String revision) {
        return page(caller, request, runs.get(caller, id), revision, HttpStatus.OK, null);
    }

    @ReviewerAccess
    @PostMapping(path = "/runs/{id}/approve", params = "decision=approve")
    ResponseEntity<byte[]> approve(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String id,
            @RequestParam("brief_digest") String brief,
            @RequestParam("prompt_pack_digest") String pack,
            @RequestParam("overlay_digests") String overlays,
            @RequestParam String revision,
            @RequestParam String branch,
            @RequestParam String scope,
            @RequestParam String days,
            @RequestParam String decision,
            @RequestParam(required = false) @Nullable String comment) {
        RunRequest run = runs.get(caller, id);
        AwaitingApproval waiting = reviews.of(caller, run);
        if (!ApprovalWords.isToDecide(waiting)) {
            return decided(caller, request, run);
        }
        if (WholeRevision.of(waiting, revision).missing()) {
            return page(caller, request, run, revision, HttpStatus.BAD_REQUEST, null);
        }
        Duration life = Duration.ofDays(QueryValue.number("days", days, 1, 1, LONGEST_DAYS));
        try {
            approvals.give(
                    caller,
                    id,
                    new ReviewedContent(brief, pack, overlays, revision, branch, scope),
                    life,
                    words(comment));
        } catch (RunApprovals.ShownChanged e) {
            RunRequest now = runs.get(caller, id);
            return ApprovalWords.isToDecide(reviews.of(caller, now))
                    ? page(caller, request, now, null, HttpStatus.CONFLICT, Notice.changed(e.changes()))
                    : decided(caller, request, now);
        }
        return Html.seeOther(Address.run(id));
    }

    @ReviewerAccess
    @PostMapping(path = "/runs/{id}/approve", params = "decision=decline")
    ResponseEntity<byte[]> decline(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String id,
            @RequestParam String reason,
            @RequestParam String decision) {
        RunRequest run = runs.get(caller, id);
        if (run.status() != RunStatus.AWAITING_APPROVAL) {
            return decided(caller, request, run);
        }
        String words = words(reason);
        if (words == null) {
            throw ProblemType.INVALID_PARAMETER.because("Give a reason: the person who requested the run reads it.");
        }
        decisions.decline(caller, id, words);
        return Html.seeOther(Address.run(id));
    }

    /** The second of two decisions finds what the first did. */
    private ResponseEntity<byte[]> decided(Caller caller, HttpServletRequest request, RunRequest run) {
        return page(
                caller,
                request,
                run,
                null,
                HttpStatus.CONFLICT,
                new Notice(
                        "Your form changed nothing. The run was decided before it came:",
                        List.of(decision(run)),
                        run.status().isTerminal()
                                ? "To run the same again, request it again."
                                : "To stop the run, cancel it: POST /api/run-requests/" + run.id() + "/cancel."));
    }

    private String decision(RunRequest run) {
        String state = Badge.of(run.status()).label();
        if (run.declinedBy() != null) {
            return run.declinedBy() + " declined it: " + run.declineReason();
        }
        if (run.approvalId() == null) {
            return "It was not approved, and it is " + state + ".";
        }
        Approval given = allApprovals.of(run.organizationId(), run.approvalId());
        return given.approvedBy() + " approved it "
                + Moment.of(given.createdAt(), clock.now()).relative() + ", and it is " + state + ".";
    }

    private static @Nullable String words(@Nullable String comment) {
        if (comment == null || comment.isBlank()) {
            return null;
        }
        if (comment.length() > LONGEST_COMMENT) {
            throw ProblemType.INVALID_PARAMETER.because("A comment or reason has at most 1,000 characters.");
        }
        return comment.strip();
    }

    private ResponseEntity<byte[]> page(
            Caller caller,
            HttpServletRequest request,
            RunRequest run,
            @Nullable String named,
            HttpStatus status,
            @Nullable Notice notice) {
        AwaitingApproval waiting = reviews.of(caller, run);
        boolean toDecide = ApprovalWords.isToDecide(waiting);
        WholeRevision revision = WholeRevision.of(waiting, named);
        Instant now = clock.now();
        ApprovalScope needed = waiting.scope();
        List<RunRequest> lastRuns = runs
                .list(
                        caller,
                        new PageQuery(LAST_RUNS + 1, null, ""),
                        Map.of("formationBriefId", run.formationBriefId()))
                .items()
                .stream()
                .filter(other -> !other.id().equals(run.id()))
                .limit(LAST_RUNS)
                .toList();
        Map<String, Evidence.Totals> totals = evidence.totalsOf(lastRuns);
        View view = new View(
                run.id(),
                Address.run(run.id()),
                Address.brief(run.formationBriefId()),
                Address.run(run.id(), "approve"),
                Badge.of(run.status()),
                toDecide
                        ? ApprovalWords.sentence(run, needed, revision.used())
                        : "There is nothing to decide: the run is "
                                + Badge.of(run.status()).label() + ".",
                ApprovalWords.reach(needed),
                waiting.subject().objective(),
                Arrays.stream(ApprovalScope.values())
                        .map(scope -> new Rung(
                                scope.wireName().replace('_', ' '),
                                scope == needed ? "needed" : needed.includes(scope) ? "within" : "beyond",
                                scope.authority().wireName(),
                                caller.may(scope.authority())))
                        .toList(),
                ApprovalNews.of(waiting.subject(), now),
                briefs.evidenceOf(caller, run.formationBriefId()),
                lastRuns.stream()
                        .map(other -> RunsController.row(other, totals.get(other.id()), now))
                        .toList(),
                toDecide ? waiting.reasons() : List.of(),
                run.requestedBy(),
                Moment.of(run.createdAt(), now),
                approvals.shown(caller, waiting, revision.used()),
                ApprovalWords.refusal(run, waiting),
                run.status() == RunStatus.AWAITING_APPROVAL && caller.may(needed.authority()),
                revision,
                revision.missing()
                        ? told.of(caller, run.repoRevision(), lastRuns).orElse(null)
                        : null,
                ApprovalWords.fourEyes(
                        run,
                        needed,
                        projects.get(Caller.system(run.organizationId()), run.projectId())
                                .fourEyes()),
                toDecide,
                notice,
                Curl.GET + "'" + urls.of("/api/approvals?project_id=" + run.projectId()) + "'");
        Shell shell = Shell.of(request, "Approve " + run.id(), Shell.Section.INBOX);
        HttpStatus answer = revision.wrong() == null ? status : HttpStatus.BAD_REQUEST;
        return Html.page(answer, out -> JteapproveGenerated.render(out, Html.AS_IT_IS, shell, view));
    }
}
