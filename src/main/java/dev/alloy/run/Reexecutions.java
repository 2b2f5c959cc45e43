package dev.alloy.run;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.problem.ProblemType;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Asks for runs again, on purpose. Source: dispatch.md, “Re-execution”. */
@Service
@Transactional
public class Reexecutions {

    private final RunLock lock;
    private final Attempts attempts;
    private final RunRemedies remedies;
    private final RunDrafts drafts;
    private final EarlierRequests earlier;
    private final RunRequests orders;
    private final Transitions transitions;

    Reexecutions(
            RunLock lock,
            Attempts attempts,
            RunRemedies remedies,
            RunDrafts drafts,
            EarlierRequests earlier,
            RunRequests orders,
            Transitions transitions) {
        this.lock = lock;
        this.attempts = attempts;
        this.remedies = remedies;
        this.drafts = drafts;
        this.earlier = earlier;
        this.orders = orders;
        this.transitions = transitions;
    }

    /**
     * Asks for a run again with the same brief, prompts and throttle. A mutating run, and one that never started, needs an approval that is
     * given after this.
     *
     * <p>Refused: {@code authority-missing}, {@code invalid-transition} unless the run has ended or is lost, {@code
     * already-reexecuted}.
     */
    public RunRequest reexecute(Caller caller, String id, String reason) {
        RunRequest first = lock.take(caller, id);
        boolean started = attempts.anyStarted(first) || first.resolvedBy() != null;
        caller.require(authorityToRepeat(first, started));
        refuseUnlessOver(first);
        boolean needsNewApproval = !started || first.effect().equals("mutating");
        RunSpec order = new RunSpec(
                first.formationBriefId(), first.throttle(), first.promptPackId(), first.requestedRunnerId(), null);
        Optional<RunRequest> stored = Optional.empty();
        // Another chain of the same brief, repeated by the same person, may have taken the number, and may do so just
        // now.
        for (int ordinal = 0; stored.isEmpty(); ) {
            ordinal = Math.max(ordinal, earlier.lastOrdinal(first, caller.name())) + 1;
            RunDrafts.Draft draft = drafts.draft(caller, first.projectId(), order, ordinal);
            if (!draft.brief().status().isInUse()) {
                throw RunDrafts.outOfUse(draft.brief().status());
            }
            stored = orders.store(caller, draft, new NewRun.Repetition(first.id(), ordinal, reason, needsNewApproval));
        }
        RunRequest run = stored.get();
        transitions.apply(first, Transition.supersede(run.id(), reason), caller.actor());
        return run;
    }

    /** Of a run that never started nothing has to be weighed but what the approval weighs. */
    private static Authority authorityToRepeat(RunRequest first, boolean started) {
        if (!started) {
            return Authority.COMPILE_BRIEFS;
        }
        return first.effect().equals("read_only") ? Authority.APPROVE_DRY_RUN : Authority.APPROVE_MUTATION;
    }

    private void refuseUnlessOver(RunRequest first) {
        if (!first.status().isTerminal() && first.status() != RunStatus.LOST) {
            throw remedies.refusal(
                    first,
                    "Only a run that has ended or is lost can be run again; this one is "
                            + first.status().wireName() + ".");
        }
        if (first.supersededBy() != null) {
            throw ProblemType.ALREADY_REEXECUTED
                    .because("This run was already run again; run its successor again.")
                    .with("superseded_by", first.supersededBy());
        }
    }
}
