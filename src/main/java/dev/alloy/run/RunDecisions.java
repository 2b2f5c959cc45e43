package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.compilation.ApprovalScope;
import dev.alloy.http.Bodies;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What people decide about runs: calling them off, putting them back, saying how one ended. Source: dispatch.md. */
@Service
@Transactional
public class RunDecisions {

    private final RunRequestRepository runs;
    private final RunLock lock;
    private final RecoveryMoves moves;
    private final Attempts attempts;
    private final ManualRuns manual;
    private final Declines declines;
    private final RunLog log;
    private final QueueBell bell;

    RunDecisions(
            RunRequestRepository runs,
            RunLock lock,
            RecoveryMoves moves,
            Attempts attempts,
            ManualRuns manual,
            Declines declines,
            RunLog log,
            QueueBell bell) {
        this.runs = runs;
        this.lock = lock;
        this.moves = moves;
        this.attempts = attempts;
        this.manual = manual;
        this.declines = declines;
        this.log = log;
        this.bell = bell;
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
                require(moves.end(run, RunStatus.CANCELLED, null), run, "cancelled");
                closeAttempt(run);
                log.moved(run, run.status(), RunStatus.CANCELLED, null, caller.actor(), Map.of("reason", reason));
                return new Cancelled(runs.reread(caller, id), true);
            }
            case EXECUTING -> {
                if (moves.askToCancel(run, caller.name(), reason)) {
                    log.noted(run, "cancel_requested", run.attempts(), caller.actor(), Map.of("reason", reason));
                }
                return new Cancelled(runs.reread(caller, id), false);
            }
            case LOST ->
                throw ProblemType.INVALID_TRANSITION
                        .because("Nobody can call off a run that is lost; say how it ended by resolving it.")
                        .with("state", run.status().wireName())
                        .remedy(run.status().remedy());
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
        if (!declines.decline(caller, run, reason)) {
            throw ProblemType.INVALID_TRANSITION
                    .because("Only a run that awaits an approval is declined; this one is "
                            + run.status().wireName() + ".")
                    .with("state", run.status().wireName())
                    .remedy(run.status().remedy());
        }
        return runs.reread(caller, id);
    }

    /** Puts a parked run back into the queue. Refused: {@code invalid-transition} for one that is not parked. */
    public RunRequest requeue(Caller caller, String id, String reason) {
        RunRequest run = lock.take(caller, id);
        if (!moves.unpark(run)) {
            throw ProblemType.INVALID_TRANSITION
                    .because("Only a parked run is put back into the queue; this one is "
                            + run.status().wireName() + ".")
                    .with("state", run.status().wireName())
                    .remedy(run.status().remedy());
        }
        log.noted(run, "requeued", null, caller.actor(), Map.of("reason", reason));
        bell.ring(run);
        return runs.reread(caller, id);
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
        require(possible && moves.resolve(run, status, failure, caller.name(), reason), run, "resolved");
        closeAttempt(run);
        log.moved(
                run,
                run.status(),
                status,
                run.attempts() == 0 ? null : run.attempts(),
                caller.actor(),
                Map.of("because", "resolved", "reason", reason));
        bell.ring(run);
        return runs.reread(caller, id);
    }

    private void closeAttempt(RunRequest run) {
        if (run.acceptedAt() != null) {
            attempts.newest(run).ifPresent(attempt -> attempts.close(run.organizationId(), attempt.id()));
        }
    }

    private static void require(boolean moved, RunRequest run, String to) {
        if (!moved) {
            throw wrongState(run, to);
        }
    }

    private static ProblemException wrongState(RunRequest run, String to) {
        return ProblemType.INVALID_TRANSITION
                .because("The run is " + run.status().wireName() + " and cannot be " + to + ".")
                .with("state", run.status().wireName())
                .remedy(run.status().remedy());
    }
}
