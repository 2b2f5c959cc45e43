package dev.alloy.console.web;

import dev.alloy.access.Caller;
import dev.alloy.compilation.BriefApprovals;
import dev.alloy.compilation.Briefs;
import dev.alloy.compilation.DriftPolicy;
import dev.alloy.compilation.WaitingRun;
import dev.alloy.database.DatabaseClock;
import dev.alloy.run.AwaitingApproval;
import dev.alloy.run.ReviewQueue;
import dev.alloy.run.RunRequest;
import dev.alloy.run.Runs;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Approves a run as it was shown, in one transaction: had something changed in the meantime, nothing is approved. */
@Component
class RunApprovals {

    private final Runs runs;
    private final ReviewQueue reviews;
    private final Briefs briefs;
    private final BriefApprovals approvals;
    private final DatabaseClock clock;

    RunApprovals(Runs runs, ReviewQueue reviews, Briefs briefs, BriefApprovals approvals, DatabaseClock clock) {
        this.runs = runs;
        this.reviews = reviews;
        this.briefs = briefs;
        this.approvals = approvals;
        this.clock = clock;
    }

    /** What was shown is no longer what there is. */
    static final class ShownChanged extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient List<String> changes;

        ShownChanged(List<String> changes) {
            super("The page's content has changed");
            this.changes = List.copyOf(changes);
        }

        List<String> changes() {
            return changes;
        }
    }

    /**
     * What a run needs, as shown now.
     *
     * @param revision the one that is approved
     */
    @Transactional(readOnly = true)
    public ReviewedContent shown(Caller caller, AwaitingApproval waiting, String revision) {
        RunRequest run = waiting.run();
        return ReviewedContent.of(run, waiting.scope(), briefs.overlaysInUse(caller, run.formationBriefId()), revision);
    }

    /**
     * Gives the approval that a run needs, at the revision and for the branch that were shown. Refused like any
     * approval; {@link ShownChanged} where what is approved would not be what was shown, also where another revision
     * was shown than one of the run's.
     *
     * @param life how long it holds
     */
    @Transactional
    public void give(Caller caller, String runId, ReviewedContent sent, Duration life, @Nullable String comment) {
        RunRequest run = runs.get(caller, runId);
        AwaitingApproval waiting = reviews.of(caller, run);
        WholeRevision revision = WholeRevision.of(waiting, sent.revision());
        List<String> changes = sent.changesTo(shown(caller, waiting, revision.used()));
        if (!changes.isEmpty()) {
            throw new ShownChanged(changes);
        }
        BriefApprovals.Given given = approvals.approveFor(
                caller,
                run.formationBriefId(),
                run.id(),
                new BriefApprovals.Decision(
                        waiting.scope(),
                        revision.used(),
                        DriftPolicy.EXACT,
                        run.promptPackId(),
                        clock.now().plus(life),
                        run.branch(),
                        comment));
        // Approving locks the brief and the run; what changed just before that shows here, and undoes all of it.
        if (!sent.isOf(given.approval())) {
            throw new ShownChanged(List.of("The brief or its gate overlays changed at the same moment."));
        }
        WaitingRun own = given.runs().stream()
                .filter(waited -> waited.runRequestId().equals(runId))
                .findFirst()
                .orElseThrow(() -> new ShownChanged(List.of("The run was decided about at the same moment.")));
        if (!own.fits()) {
            throw new ShownChanged(List.of("The approval would not let this run go on: " + own.because()));
        }
    }
}
