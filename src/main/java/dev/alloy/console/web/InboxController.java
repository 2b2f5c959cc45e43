package dev.alloy.console.web;

import dev.alloy.access.Access;
import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.PageQuery;
import dev.alloy.run.ActiveRuns;
import dev.alloy.run.AwaitingApproval;
import dev.alloy.run.Failure;
import dev.alloy.run.ReviewQueue;
import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import dev.alloy.run.Runs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** What needs the reader, the oldest first, and below what waits for others. */
@Hidden
@Controller
class InboxController {

    /** Each says why it waits, which takes some looking; the list of runs has them all. */
    private static final int MOST = 25;

    private static final Duration LATELY = Duration.ofDays(7);

    /** Runs are listed by when they were requested; what waited longer than this before it ended is not looked for. */
    private static final Duration LONGEST_RUN = Duration.ofDays(37);

    private static final Filter.In LOOKED_AT =
            new Filter.In(List.of(RunStatus.FAILED.wireName(), RunStatus.COMPLETED_WITH_FINDINGS.wireName()));

    private final ReviewQueue reviews;
    private final ActiveRuns underWay;
    private final Runs runs;
    private final InboxNotices notices;
    private final DatabaseClock clock;

    InboxController(ReviewQueue reviews, ActiveRuns underWay, Runs runs, InboxNotices notices, DatabaseClock clock) {
        this.reviews = reviews;
        this.underWay = underWay;
        this.runs = runs;
        this.notices = notices;
        this.clock = clock;
    }

    /**
     * One thing to do.
     *
     * @param what it is, in a few words
     * @param why it is here
     * @param address where it is done; null where no page does it
     * @param action what the link says
     * @param marks what must not be overlooked about its run
     */
    record Line(
            Badge badge,
            String what,
            String why,
            Moment since,
            Instant at,
            @Nullable Address address,
            String action,
            List<Mark> marks) {}

    /**
     * The page.
     *
     * @param lately runs that ended in the last days with something to look at
     * @param hasMoreLately whether there are more of these
     * @param cut of what there is more than is shown, and how much
     * @param log how the audit log stands; null where the reader may not know
     */
    record View(
            List<Line> mine,
            List<Line> others,
            List<Line> lately,
            boolean hasMoreLately,
            List<String> cut,
            InboxNotices.@Nullable Log log) {}

    @Access(authority = Authority.VIEW)
    @GetMapping("/")
    ResponseEntity<byte[]> inbox(Caller caller, HttpServletRequest request) {
        Instant now = clock.now();
        List<Line> mine = new ArrayList<>();
        List<Line> others = new ArrayList<>();
        List<AwaitingApproval> waiting = reviews.oldest(caller, MOST);
        for (AwaitingApproval one : waiting) {
            // What nobody can approve waits for a no of whoever may say it.
            boolean isMine = one.notByCallerBecause() == null || isToDecline(one);
            (isMine ? mine : others).add(approval(one, now));
        }
        List<RunRequest> lost = underWay.longestLost(caller, MOST);
        boolean mayResolve = caller.may(Authority.APPROVE_MUTATION);
        lost.forEach(run -> (mayResolve ? mine : others)
                .add(line(
                        run,
                        "Lost: " + what(run),
                        mayResolve
                                ? "The outcome is unknown, and the branch " + run.branch()
                                        + " stays busy. Look at the repository, then resolve the run."
                                : "A person with the authority approve_mutation has to resolve it.",
                        "Look",
                        now)));
        List<RunRequest> parked = underWay.longestParked(caller, MOST);
        parked.forEach(run -> {
            boolean restored = run.isParkedByRestore();
            Authority needed = restored ? Authority.APPROVE_MUTATION : Authority.MANAGE_RUNNERS;
            String why = restored
                    ? "The database was restored, and the run may have started before. Look, then requeue or cancel it."
                    : "Runners were offered it and did not answer. Find out why, then requeue it.";
            boolean may = caller.may(needed);
            (may ? mine : others)
                    .add(line(
                            run,
                            "Parked: " + what(run),
                            may
                                    ? why
                                    : "A person with the authority " + needed.wireName()
                                            + " has to find out why, and requeue it.",
                            "See why",
                            now));
        });
        List<String> cut = new ArrayList<>();
        cut(cut, "runs that await approval", waiting, () -> underWay.counts(caller)
                .getOrDefault(RunStatus.AWAITING_APPROVAL, 0L));
        cut(cut, "lost runs", lost, () -> underWay.counts(caller).getOrDefault(RunStatus.LOST, 0L));
        cut(cut, "parked runs", parked, () -> underWay.parked(caller));
        for (InboxNotices.Kind kind : notices.of(caller, now, MOST)) {
            kind.notices().items().forEach(one -> (one.mine() ? mine : others).add(one.line()));
            String words = kind.cut();
            if (words != null) {
                cut.add(words);
            }
        }
        mine.sort(Comparator.comparing(Line::at));
        others.sort(Comparator.comparing(Line::at));
        List<RunRequest> ended = ended(caller, now);
        View view = new View(
                mine,
                others,
                ended.stream().limit(MOST).map(run -> ended(run, now)).toList(),
                ended.size() > MOST,
                cut,
                notices.log(caller, now));
        Shell shell = Shell.of(request, "Inbox", Shell.Section.INBOX);
        return Html.page(out -> JteinboxGenerated.render(out, Html.AS_IT_IS, shell, view));
    }

    private static void cut(List<String> cut, String kind, List<?> shown, Supplier<Long> total) {
        if (shown.size() == MOST) {
            long all = total.get();
            if (all > MOST) {
                cut.add("The oldest " + MOST + " of " + ActiveRuns.words(all) + " " + kind + " are here.");
            }
        }
    }

    private static Line approval(AwaitingApproval waiting, Instant now) {
        RunRequest run = waiting.run();
        String scope = waiting.scope().wireName();
        String reason = waiting.notByCallerBecause();
        String why = reason == null
                ? "Requested by " + run.requestedBy() + "; needs an approval of scope " + scope + "."
                : isToDecline(waiting)
                        ? waiting.decision()
                        : reason.equals("four-eyes")
                                ? "Not by you: you requested it or wrote its prompts, and the project requires two people."
                                : "Not by you: that requires the authority "
                                        + waiting.scope().authority().wireName() + ".";
        return new Line(
                Badge.of(run.status()),
                waiting.subject().objective(),
                what(run) + " on " + run.branch() + ". " + why,
                Moment.of(run.stateSince(), now),
                run.stateSince(),
                Address.run(run.id(), "approve"),
                reason == null ? "Decide" : isToDecline(waiting) ? "Decline" : "Read",
                List.of());
    }

    private static boolean isToDecline(AwaitingApproval waiting) {
        return "brief-not-approvable".equals(waiting.notByCallerBecause());
    }

    /** Runs that ended lately with something to look at, also such as ended well and turned out otherwise; the newest first. */
    private List<RunRequest> ended(Caller caller, Instant now) {
        return Stream.concat(
                        ended(caller, now, Map.of("status", LOOKED_AT)),
                        ended(
                                caller,
                                now,
                                Map.of("status", RunStatus.COMPLETED.wireName(), "accountStatus", LOOKED_AT)))
                .sorted(Comparator.comparing(RunRequest::stateSince).reversed())
                .toList();
    }

    private Stream<RunRequest> ended(Caller caller, Instant now, Map<String, ?> filters) {
        Map<String, Object> all = new HashMap<>(filters);
        all.put("createdAt", new Filter.Since(now.minus(LONGEST_RUN)));
        all.put("stateSince", new Filter.Since(now.minus(LATELY)));
        return runs.list(caller, new PageQuery(MOST + 1, null, ""), all).items().stream();
    }

    private static Line ended(RunRequest run, Instant now) {
        Failure failure = run.failure();
        return line(
                run, what(run), failure == null ? run.status().sentence() : failure.message(), "Read the report", now);
    }

    private static String what(RunRequest run) {
        return run.entryEvent() + " at " + run.throttle() + " in " + run.projectId();
    }

    private static Line line(RunRequest run, String what, String why, String action, Instant now) {
        return new Line(
                Badge.of(run.status()),
                what,
                why,
                Moment.of(run.stateSince(), now),
                run.stateSince(),
                Address.run(run.id()),
                action,
                Mark.of(run));
    }
}
