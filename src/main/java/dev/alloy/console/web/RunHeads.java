package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.account.RunAccount;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.outcome.Accounts;
import dev.alloy.problem.PublicUrl;
import dev.alloy.run.DispatchExplanation;
import dev.alloy.run.Explanations;
import dev.alloy.run.Failure;
import dev.alloy.run.RunEvent;
import dev.alloy.run.RunEvents;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Draws up what stands above every part of a run's page. */
@Component
class RunHeads {

    /** More than a run has moves; of a run that told more itself the first are left out of the picture. */
    private static final int MOST_EVENTS = 200;

    private static final Set<String> APPROVAL_ENDED = Set.of("approval-expired", "approval-stale");

    /** A heading says it in a line or two; the part “Why” has all of it. */
    private static final int LONGEST_REASON = 120;

    private final RunEvents events;
    private final Explanations explanations;
    private final Accounts accounts;
    private final PublicUrl urls;
    private final DatabaseClock clock;

    RunHeads(RunEvents events, Explanations explanations, Accounts accounts, PublicUrl urls, DatabaseClock clock) {
        this.events = events;
        this.explanations = explanations;
        this.accounts = accounts;
        this.urls = urls;
        this.clock = clock;
    }

    RunHead of(Caller caller, RunRequest run, RunTab tab) {
        Instant now = clock.now();
        List<RunEvent> happened = new ArrayList<>(events.list(caller, run.id(), new PageQuery(MOST_EVENTS, null, ""))
                .items());
        Collections.reverse(happened);
        boolean ended = run.status().isTerminal();
        RunAccount account = ended ? accounts.of(run) : null;
        DispatchExplanation why = ended ? null : explanations.explain(caller, run.id());
        return new RunHead(
                run.id(),
                Badge.of(run.status()),
                run.status(),
                Moment.of(run.stateSince(), now),
                why != null ? waiting(run, why, now) : account == null ? "" : outcome(run, account),
                marks(run, account),
                Steps.of(run, now),
                Timeline.of(happened, now),
                facts(run, now),
                Arrays.stream(RunTab.values())
                        .map(one -> new RunHead.Tab(one.label(), Address.run(run.id(), one.segment()), one == tab))
                        .toList(),
                why != null && needsApproval(run, why) ? Address.run(run.id(), "approve") : null,
                ended ? null : Address.run(run.id(), RunTab.EVENTS.segment()),
                happened.isEmpty() ? 0 : happened.get(happened.size() - 1).id(),
                Curl.GET + urls.of("/api/run-requests/" + run.id() + "/" + tab.resource()));
    }

    private static boolean needsApproval(RunRequest run, DispatchExplanation why) {
        return run.status() == RunStatus.AWAITING_APPROVAL
                || run.status() == RunStatus.QUEUED
                        && why.blockers().stream().anyMatch(reason -> APPROVAL_ENDED.contains(reason.code()));
    }

    private static List<Mark> marks(RunRequest run, @Nullable RunAccount account) {
        List<Mark> marks = new ArrayList<>(Mark.of(run));
        if (account != null && account.standing().equals("runners_word_alone")) {
            marks.add(Mark.onTheRunnersWord());
        }
        return marks;
    }

    private static String waiting(RunRequest run, DispatchExplanation explained, Instant now) {
        String verb =
                switch (run.status()) {
                    case ACCEPTED, EXECUTING -> "Working for ";
                    case LOST -> "Lost for ";
                    default -> "Waiting for ";
                };
        String why = explained.summary();
        return verb + Moment.length(Duration.between(run.stateSince(), now)) + ": "
                + (why.length() <= LONGEST_REASON ? why : run.status().sentence());
    }

    private static String outcome(RunRequest run, RunAccount account) {
        return account.status().equals(run.status().wireName())
                ? outcome(run)
                : "Ended as " + Badge.of(run.status()).label() + ", but the newest account says "
                        + Badge.of(RunStatus.of(account.status())).label()
                        + (account.cause() == null
                                ? "."
                                : ": " + account.cause().message());
    }

    private static String outcome(RunRequest run) {
        Failure failure = run.failure();
        String work = run.startedAt() == null || run.completedAt() == null
                ? ""
                : " after " + Moment.length(Duration.between(run.startedAt(), run.completedAt())) + " of work";
        return switch (run.status()) {
            case COMPLETED -> "Completed" + work + ", without findings.";
            case COMPLETED_WITH_FINDINGS -> "Completed with findings" + work + ": something needs a person.";
            case FAILED ->
                "Failed" + work
                        + (failure == null
                                ? "."
                                : " (" + failure.category() + "/" + failure.code() + "): " + failure.message());
            case CANCELLED ->
                run.declinedBy() == null
                        ? "Cancelled" + work + "."
                        : "Declined by " + run.declinedBy() + ": " + run.declineReason();
            default -> run.status().sentence();
        };
    }

    private static List<RunHead.Fact> facts(RunRequest run, Instant now) {
        List<RunHead.Fact> facts = new ArrayList<>();
        text(facts, "What", run.entryEvent() + " at " + run.throttle() + ", " + run.effect());
        facts.add(new RunHead.Fact("Project", run.projectId(), Address.RUNS.with("project", run.projectId()), false));
        code(facts, "Revision", run.repoRevision());
        facts.add(new RunHead.Fact("Branch", run.branch(), Address.RUNS.with("branch", run.branch()), true));
        text(facts, "Requested by", run.requestedBy());
        facts.add(new RunHead.Fact("Brief", run.formationBriefId(), Address.brief(run.formationBriefId()), true));
        code(facts, "Brief's digest", run.briefDigest());
        code(facts, "Prompt pack", run.promptPackDigest());
        code(facts, "Approval", run.approvalId());
        code(facts, "Runner", run.runnerId());
        code(facts, "Foundry run", run.foundryRunId());
        if (run.attempts() > 1) {
            text(facts, "Attempts", String.valueOf(run.attempts()));
        }
        link(facts, "In place of", run.supersedes());
        link(facts, "Run again as", run.supersededBy());
        if (run.queueExpiresAt() != null && !run.status().isTerminal()) {
            text(facts, "Waits until", Moment.of(run.queueExpiresAt(), now).absolute());
        }
        return facts;
    }

    private static void text(List<RunHead.Fact> facts, String name, String value) {
        facts.add(new RunHead.Fact(name, value, null, false));
    }

    private static void code(List<RunHead.Fact> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.add(new RunHead.Fact(name, value, null, true));
        }
    }

    private static void link(List<RunHead.Fact> facts, String name, @Nullable String run) {
        if (run != null) {
            facts.add(new RunHead.Fact(name, run, Address.run(run), true));
        }
    }
}
