package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Filter;
import dev.alloy.compilation.Approvability;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Authors;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.PromptPack;
import dev.alloy.compilation.ReviewSubjects;
import dev.alloy.http.Page;
import dev.alloy.http.PageQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The runs that wait for a reviewer. Source: contract.md, “Endpoints”. */
@Service
@Transactional(readOnly = true)
public class ReviewQueue {

    private static final String FOUR_EYES = "four-eyes";
    private static final String NOT_APPROVABLE = "brief-not-approvable";

    /** Each says why it waits, which takes some looking. */
    private static final int LONGEST_PAGE = 50;

    private final RunRequestRepository runs;
    private final ApprovalRequirements needs;
    private final ApprovalReasons reasons;
    private final Approvability approvability;
    private final Briefs briefs;
    private final Authors authors;
    private final ReviewSubjects subjects;
    private final ActiveRuns underWay;

    ReviewQueue(
            RunRequestRepository runs,
            ActiveRuns underWay,
            ApprovalRequirements needs,
            ApprovalReasons reasons,
            Approvability approvability,
            Briefs briefs,
            Authors authors,
            ReviewSubjects subjects) {
        this.underWay = underWay;
        this.runs = runs;
        this.needs = needs;
        this.reasons = reasons;
        this.approvability = approvability;
        this.briefs = briefs;
        this.authors = authors;
        this.subjects = subjects;
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
        return underWay.oldest(caller, RunStatus.AWAITING_APPROVAL, false, limit).stream()
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
        Optional<String> obstacle = approvability.obstacle(brief);
        String notBy = notBy(caller, need, pack, obstacle.isPresent());
        return new AwaitingApproval(
                run,
                pack,
                need.scope(),
                subjects.of(brief, pack),
                reasons.of(run, brief),
                notBy,
                notBy == null ? may(need) : mayNot(need, notBy, obstacle.orElse("")));
    }

    private static String may(Approvals.Requirement need) {
        return "You may approve or decline it: you hold '"
                + need.scope().authority().wireName() + "'"
                + (need.scope() == ApprovalScope.DRY_RUN || !need.fourEyes()
                        ? "."
                        : ", and you neither asked for it nor wrote what it would execute.")
                + (ApprovalReasons.isNamedTooShortly(need)
                        ? " Approving it takes all 40 or 64 digits of the commit that begins with "
                                + need.repoRevision() + "."
                        : "");
    }

    private static String mayNot(Approvals.Requirement need, String because, String obstacle) {
        return switch (because) {
            case FOUR_EYES ->
                "You may decline it but not approve it: you asked for it, compiled the brief or edited its prompts, and the"
                        + " project asks for two people.";
            case NOT_APPROVABLE -> "You may decline it, and nobody can approve it. " + obstacle;
            default ->
                "You may neither approve nor decline it: that takes the authority '"
                        + need.scope().authority().wireName() + "'.";
        };
    }

    /** In the order in which approving it would be refused. */
    private @Nullable String notBy(Caller caller, Approvals.Requirement need, PromptPack pack, boolean obstructed) {
        if (!caller.may(need.scope().authority())) {
            return "authority-missing";
        }
        if (obstructed) {
            return NOT_APPROVABLE;
        }
        if (need.scope() == ApprovalScope.DRY_RUN || !need.fourEyes()) {
            return null;
        }
        boolean ownWork = need.requestedBy().equals(caller.name()) || authors.includes(pack, caller.name());
        return ownWork ? FOUR_EYES : null;
    }
}
