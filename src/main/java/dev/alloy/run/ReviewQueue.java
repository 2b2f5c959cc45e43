package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Authors;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.ReviewSubjects;
import dev.alloy.database.DatabaseClock;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The runs that wait for a reviewer. Source: contract.md, “Endpoints”. */
@Service
@Transactional(readOnly = true)
public class ReviewQueue {

    /** Each says why it waits, which takes some looking. */
    private static final int LONGEST_PAGE = 50;

    private final RunRequestRepository runs;
    private final RunQueue queue;
    private final Explanations explanations;
    private final Briefs briefs;
    private final Authors authors;
    private final ReviewSubjects subjects;
    private final DatabaseClock clock;
    private final RunsUnderWay underWay;

    ReviewQueue(
            RunRequestRepository runs,
            RunsUnderWay underWay,
            RunQueue queue,
            Explanations explanations,
            Briefs briefs,
            Authors authors,
            ReviewSubjects subjects,
            DatabaseClock clock) {
        this.underWay = underWay;
        this.runs = runs;
        this.queue = queue;
        this.explanations = explanations;
        this.briefs = briefs;
        this.authors = authors;
        this.subjects = subjects;
        this.clock = clock;
    }

    /**
     * The runs within reach that await approval, in pages of 50 at most.
     *
     * @param filters further attributes and what they have to be; null values are none
     */
    public Page<AwaitingApproval> list(Caller caller, PageQuery page, Map<String, ?> filters) {
        Map<String, Object> all = new HashMap<>(filters);
        all.put("status", RunStatus.AWAITING_APPROVAL.wireName());
        // Follows from the status, in words that an index of few runs serves.
        all.put("completedAt", new Filter.Present(false));
        Instant now = clock.now();
        return runs.list(caller, page.atMost(LONGEST_PAGE), all).map(run -> describe(caller, run, now));
    }

    /** The runs within reach that have awaited approval for the longest time, these first; so many at most. */
    public List<AwaitingApproval> oldest(Caller caller, int limit) {
        Instant now = clock.now();
        return underWay.oldest(caller, RunStatus.AWAITING_APPROVAL, false, limit).stream()
                .map(run -> describe(caller, run, now))
                .toList();
    }

    /** What a run within reach needs from a reviewer, also where it has it by now. */
    public AwaitingApproval of(Caller caller, RunRequest run) {
        return describe(caller, run, clock.now());
    }

    private AwaitingApproval describe(Caller caller, RunRequest run, Instant now) {
        Caller system = Caller.system(run.organizationId());
        Approvals.Need need = queue.need(run);
        PromptPack pack = briefs.pack(system, run.promptPackId());
        Brief brief = briefs.get(system, run.formationBriefId());
        String notBy = notBy(caller, need, pack);
        return new AwaitingApproval(
                run,
                pack,
                need.scope(),
                subjects.of(brief, pack),
                explanations.awaitingApproval(run, brief, now),
                notBy,
                decision(need, notBy));
    }

    private static String decision(Approvals.Need need, @Nullable String notBy) {
        String authority = need.scope().authority().wireName();
        if (notBy == null) {
            return "You may approve or decline it: you hold '" + authority + "'"
                    + (need.scope() == ApprovalScope.DRY_RUN || !need.fourEyes()
                            ? "."
                            : ", and you neither asked for it nor wrote what it would execute.");
        }
        return notBy.equals("four-eyes")
                ? "You may decline it but not approve it: you asked for it, compiled the brief or edited its prompts, and the"
                        + " project asks for two people."
                : "You may neither approve nor decline it: that takes the authority '" + authority + "'.";
    }

    private @Nullable String notBy(Caller caller, Approvals.Need need, PromptPack pack) {
        if (!caller.may(need.scope().authority())) {
            return "authority-missing";
        }
        if (need.scope() == ApprovalScope.DRY_RUN || !need.fourEyes()) {
            return null;
        }
        boolean ownWork = need.requestedBy().equals(caller.name()) || authors.includes(pack, caller.name());
        return ownWork ? "four-eyes" : null;
    }
}
