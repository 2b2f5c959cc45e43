package dev.alloy.run;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.http.Bodies;
import dev.alloy.problem.ProblemException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What people decide about runs: calling them off, putting them back, saying how one ended. Source: dispatch.md. */
@Service
@Transactional
public class RunDecisions {

    private final RunLock lock;
    private final Transitions transitions;
    private final ManualRuns manual;
    private final Declines declines;
    private final RunRemedies remedies;
    private final RunSettings settings;

    RunDecisions(
            RunLock lock,
            Transitions transitions,
            ManualRuns manual,
            Declines declines,
            RunRemedies remedies,
            RunSettings settings) {
        this.lock = lock;
        this.transitions = transitions;
        this.manual = manual;
        this.declines = declines;
        this.remedies = remedies;
        this.settings = settings;
    }

    /** A run, and whether what was asked for is done already; else its runner has to hear of it first. */
    public record Cancelled(RunRequest run, boolean done) {}

    /**
     * Calls a run off. What has not started ends at once; what is executing ends by its runner's word, or with its lease. Refused:
     * {@code invalid-transition} for a run that ended or is lost.
     */
    public Cancelled cancel(Caller caller, String id, String reason) {
        RunRequest run = lock.take(caller, id);
        switch (run.status()) {
            case AWAITING_APPROVAL, QUEUED, OFFERED, ACCEPTED -> {
                RunRequest cancelled = transitions
                        .apply(run, Transition.cancel(reason), caller.actor())
                        .orElseThrow(() -> wrongState(run, "cancelled"));
                return new Cancelled(cancelled, true);
            }
            case EXECUTING -> {
                RunRequest asked = transitions
                        .apply(run, Transition.askToCancel(run, caller.name(), reason), caller.actor())
                        .orElse(run);
                return new Cancelled(asked, false);
            }
            case LOST ->
                throw remedies.refusal(run, "A lost run cannot be cancelled; resolve it to record how it ended.");
            default -> throw wrongState(run, "cancelled");
        }
    }

    /**
     * Refuses to approve a run that waits, and ends it. Whose run it is does not matter: anybody with the authority may say no.
     *
     * <p>Refused: {@code authority-missing}, {@code invalid-transition} unless it awaits an approval.
     */
    public RunRequest decline(Caller caller, String id, String reason) {
        RunRequest run = lock.take(caller, id);
        caller.require(ApprovalScope.neededFor(run.entryEvent(), run.throttle()).authority());
        return declines.decline(caller, run, reason)
                .orElseThrow(() -> remedies.refusal(
                        run,
                        "Only a run that awaits an approval can be declined; this one is "
                                + run.status().wireName() + "."));
    }

    /**
     * Puts a parked run back into the queue. One that was parked because the database was restored may have started: requeueing it takes who
     * may approve mutations.
     *
     * <p>Refused: {@code authority-missing}, {@code invalid-transition} for one that is not parked, or still awaits an approval.
     */
    public RunRequest requeue(Caller caller, String id, String reason) {
        RunRequest run = lock.take(caller, id);
        caller.require(run.isParkedByRestore() ? Authority.APPROVE_MUTATION : Authority.MANAGE_RUNNERS);
        return transitions
                .apply(run, Transition.requeue(reason, settings.queueTtl()), caller.actor())
                .orElseThrow(() -> remedies.refusal(
                        run,
                        "Only a parked run can be requeued; this one is "
                                + run.status().wireName() + "."));
    }

    /**
     * Says how a run ended of which nobody else can tell: one that is lost, or one that waits for a person to carry it to a manual
     * installation. Refused: {@code invalid-transition}, {@code invalid-body}.
     *
     * @param status a terminal status
     */
    public RunRequest resolve(Caller caller, String id, RunStatus status, String reason) {
        if (!status.isTerminal()) {
            throw Bodies.refusal("/status", "unknown-value", "A run is resolved to a status in which it has ended.");
        }
        RunRequest run = lock.take(caller, id);
        boolean possible =
                run.status() == RunStatus.LOST || run.status() == RunStatus.QUEUED && manual.isManualOnly(run);
        Failure failure = status == RunStatus.FAILED
                ? Failure.execution("resolved-as-failed", "A person says that the run failed.")
                : null;
        if (!possible) {
            throw wrongState(run, "resolved");
        }
        return transitions
                .apply(run, Transition.resolve(run, status, failure, caller.name(), reason), caller.actor())
                .orElseThrow(() -> wrongState(run, "resolved"));
    }

    private ProblemException wrongState(RunRequest run, String to) {
        return remedies.refusal(run, "The run is " + run.status().wireName() + " and cannot be " + to + ".");
    }
}
