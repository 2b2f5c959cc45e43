package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.ReviewSubjects;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The runs that wait for a reviewer. Source: contract.md, “Endpoints”. */
@Service
@Transactional(readOnly = true)
public class ReviewQueue {

    /** Each says why it waits, which takes some looking. */
    private static final int LONGEST_PAGE = 50;

    private final RunLists runs;
    private final ApprovalRequirements needs;
    private final ApprovalReasons reasons;
    private final Briefs briefs;
    private final ReviewSubjects subjects;
    private final ReviewerOptions options;
    private final ActiveRuns underWay;

    ReviewQueue(
            RunLists runs,
            ActiveRuns underWay,
            ApprovalRequirements needs,
            ApprovalReasons reasons,
            Briefs briefs,
            ReviewSubjects subjects,
            ReviewerOptions options) {
        this.underWay = underWay;
        this.runs = runs;
        this.needs = needs;
        this.reasons = reasons;
        this.briefs = briefs;
        this.subjects = subjects;
        this.options = options;
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
        return runs.list(caller, page.atMost(LONGEST_PAGE), all).map(run -> describe(caller, run));
    }

    /** The runs within reach that have awaited approval for the longest time, these first; so many at most. */
    public List<AwaitingApproval> oldest(Caller caller, int limit) {
        return underWay.longestUnapproved(caller, limit).stream()
                .map(run -> describe(caller, run))
                .toList();
    }

    /** What a run within reach needs from a reviewer, also where it has it by now. */
    public AwaitingApproval of(Caller caller, RunRequest run) {
        return describe(caller, run);
    }

    private AwaitingApproval describe(Caller caller, RunRequest run) {
        Caller system = Caller.system(run.organizationId());
        Approvals.Requirement need = needs.of(run);
        PromptPack pack = briefs.pack(system, run.promptPackId());
        Brief brief = briefs.get(system, run.formationBriefId());
        ReviewerOptions.Options mine = options.of(caller, need, brief, pack);
        return new AwaitingApproval(
                run,
                pack,
                need.scope(),
                subjects.of(brief, pack),
                reasons.of(run, brief),
                mine.notBy(),
                mine.inWords());
    }
}
