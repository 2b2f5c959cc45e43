package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.Approvability;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.compilation.Approvals;
import dev.alloy.compilation.Authors;
import dev.alloy.compilation.Brief;
import dev.alloy.compilation.PromptPack;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says what a caller may do about a run that awaits an approval. */
@Component
class ReviewerOptions {

    private static final String FOUR_EYES = "four-eyes";
    private static final String NOT_APPROVABLE = "brief-not-approvable";

    private final Approvability approvability;
    private final Authors authors;

    ReviewerOptions(Approvability approvability, Authors authors) {
        this.approvability = approvability;
        this.authors = authors;
    }

    /**
     * What a caller may do.
     *
     * @param notBy why the caller may not approve the run; null where it may
     * @param inWords the same for people
     */
    record Options(@Nullable String notBy, String inWords) {}

    /** The options of a caller for a run that needs such an approval. */
    Options of(Caller caller, Approvals.Requirement need, Brief brief, PromptPack pack) {
        Optional<String> obstacle = approvability.obstacle(brief);
        String notBy = notBy(caller, need, pack, obstacle.isPresent());
        return new Options(notBy, notBy == null ? may(need) : mayNot(need, notBy, obstacle.orElse("")));
    }

    private static String may(Approvals.Requirement need) {
        return "You may approve or decline it: you hold '"
                + need.scope().authority().wireName() + "'"
                + (need.scope() == ApprovalScope.DRY_RUN || !need.fourEyes()
                        ? "."
                        : ", and you neither requested it nor wrote what it would execute.")
                + (ApprovalReasons.isNamedTooShortly(need)
                        ? " Approving it takes all 40 or 64 digits of the commit that begins with "
                                + need.repoRevision() + "."
                        : "");
    }

    private static String mayNot(Approvals.Requirement need, String because, String obstacle) {
        return switch (because) {
            case FOUR_EYES ->
                "You may decline it but not approve it: you requested it, compiled the brief or edited its prompts, and the project requires two people.";
            case NOT_APPROVABLE -> "You may decline it; it cannot be approved. " + obstacle;
            default ->
                "You may neither approve nor decline it: that requires the authority '"
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
