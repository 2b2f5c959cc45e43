package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.contract.Revisions;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Lets a runner start what it accepted, or give it back. Source: dispatch.md, “Runner protocol”. */
@Service
@Transactional
public class Starts {

    private final RunLock lock;
    private final Leases leases;
    private final StopConditions stops;
    private final Recovery recovery;
    private final Transitions transitions;

    Starts(RunLock lock, Leases leases, StopConditions stops, Recovery recovery, Transitions transitions) {
        this.lock = lock;
        this.leases = leases;
        this.stops = stops;
        this.recovery = recovery;
        this.transitions = transitions;
    }

    /**
     * Sets the mutation marker, before Foundry is told anything.
     *
     * @return true when the run had been started by this attempt before, so that nothing changed
     */
    @Transactional(noRollbackFor = ProblemException.class)
    public boolean start(
            Caller runner,
            String id,
            @Nullable String leaseToken,
            String repoRevisionBefore,
            @Nullable String foundryRunId) {
        RunLock.Locked locked = lock.take(runner, id, Leases.named(leaseToken));
        RunRequest run = locked.run();
        Attempt attempt = leases.require(runner, run, locked.named(), leaseToken);
        boolean movedOn = run.status() == RunStatus.QUEUED || run.status() == RunStatus.OFFERED;
        if (run.status().isTerminal() || movedOn) {
            throw RunnerCallRefusals.wrongState(run, "started");
        }
        leases.requireHolding(attempt);
        if (run.status() == RunStatus.EXECUTING) {
            return true;
        }
        if (run.status() != RunStatus.ACCEPTED) {
            throw RunnerCallRefusals.wrongState(run, "started");
        }
        String approved = locked.exactRevision();
        if (approved != null && !Revisions.matches(repoRevisionBefore, approved)) {
            refuseStopped(runner, run);
            throw refuseRevision(runner, run, repoRevisionBefore, approved);
        }
        Transition start = Transition.start(run, runner.name(), repoRevisionBefore, foundryRunId);
        if (transitions.apply(run, start, runner.actor()).isEmpty()) {
            refuseStopped(runner, run);
            throw Leases.over();
        }
        return false;
    }

    /** What stops the run is told first, and takes it back to the queue. */
    private void refuseStopped(Caller runner, RunRequest run) {
        List<ProblemType> failing = stops.judge(run, runner.name());
        if (!failing.isEmpty()) {
            recovery.giveBack(run, runner.actor(), failing.get(0).slug(), "");
            throw StopConditions.refusal(failing);
        }
    }

    /** Another revision than the approved one ends the run: what was approved cannot happen any more. */
    private ProblemException refuseRevision(Caller runner, RunRequest run, String reported, String approved) {
        Failure failure = Failure.safety(
                "revision-mismatch", "The working copy is at " + reported + "; approved is " + approved + ".");
        transitions.apply(run, Transition.refuseStart(run, reported, failure), runner.actor());
        return ProblemType.REVISION_MISMATCH
                .because(failure.message())
                .with("approved_revision", approved)
                .with("reported_revision", reported);
    }

    /**
     * Gives an accepted run back; that was an attempt. Back in the queue, unless it was the last one.
     *
     * @return where the run is now
     */
    public RunStatus release(Caller runner, String id, @Nullable String leaseToken, String reason) {
        RunLock.Locked locked = lock.take(runner, id, Leases.named(leaseToken));
        RunRequest run = locked.run();
        Attempt attempt = leases.require(runner, run, locked.named(), leaseToken);
        if (run.status() != RunStatus.ACCEPTED) {
            throw RunnerCallRefusals.wrongState(run, "release");
        }
        leases.requireHolding(attempt);
        return recovery.giveBack(run, runner.actor(), "released", reason);
    }
}
