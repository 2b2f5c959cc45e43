package dev.alloy.run;

import dev.alloy.access.Authority;
import dev.alloy.access.Caller;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the outcome needs of a run: who may report its end, and ending it. */
@Service
@Transactional(propagation = Propagation.MANDATORY, noRollbackFor = ProblemException.class)
public class RunCompletion {

    /** Why a late report was kept: another result of the same attempt had been taken. */
    static final String RESULT_CONFLICT = "result-conflict";

    /** Enough to choose from. */
    private static final int SHOWN = 20;

    private final Runs runs;
    private final RunLock lock;
    private final Transitions transitions;
    private final Attempts attempts;
    private final Leases leases;
    private final RunLog log;
    private final UnknownRuns unknown;

    RunCompletion(
            Runs runs,
            RunLock lock,
            Transitions transitions,
            Attempts attempts,
            Leases leases,
            RunLog log,
            UnknownRuns unknown) {
        this.runs = runs;
        this.lock = lock;
        this.transitions = transitions;
        this.attempts = attempts;
        this.leases = leases;
        this.log = log;
        this.unknown = unknown;
    }

    /** A run, locked until the transaction ends, and the attempt that speaks of it. */
    public record Reporting(RunRequest run, Attempt attempt) {}

    /**
     * Lets a runner with its lease, or Foundry with its callback token, speak of a run's end. A lease that is over does not matter
     * here: nothing valid is dropped.
     *
     * @param leaseToken the runner's; null where none was sent
     * @param body what was sent; kept as a late report when it comes from an older attempt
     */
    public Reporting admit(Caller caller, String id, @Nullable String leaseToken, byte[] body) {
        boolean isCallback = caller.kind() == Caller.Kind.CALLBACK;
        RunLock.Locked locked =
                lockOrKeep(caller, id, isCallback ? caller.credentialId() : Leases.named(leaseToken), body);
        RunRequest run = locked.run();
        try {
            Attempt attempt = isCallback
                    ? Leases.requireCallback(run, locked.named())
                    : leases.require(caller, run, locked.named(), leaseToken);
            return new Reporting(run, attempt);
        } catch (ProblemException e) {
            if (e.type() == ProblemType.LEASE_SUPERSEDED) {
                keepLate(caller, run, "superseded-attempt", body);
            }
            if (e.type() == ProblemType.RUN_UNKNOWN_AFTER_RESTORE) {
                keepLate(caller, run, UnknownRuns.UNKNOWN_ATTEMPT, body);
            }
            throw e;
        }
    }

    private RunLock.Locked lockOrKeep(Caller caller, String id, @Nullable String attemptId, byte[] body) {
        try {
            return lock.take(caller, id, attemptId);
        } catch (ProblemException e) {
            if (e.type() == ProblemType.RUN_UNKNOWN_AFTER_RESTORE) {
                unknown.keep(caller, id, body);
            }
            throw e;
        }
    }

    /** Keeps what is not believed, for a person to see. */
    public void keepLate(Caller caller, RunRequest run, String reason, byte[] body) {
        log.late(run, reason, body, null, caller.actor());
    }

    /**
     * Keeps a result that differs from the one that was taken for the same attempt.
     *
     * @param failedGates the gates that it says failed
     * @return whether it is kept now, and was not before
     */
    public boolean keepConflict(Caller caller, RunRequest run, List<String> failedGates, byte[] body) {
        return log.late(run, RESULT_CONFLICT, body, failedGates, caller.actor());
    }

    /** Locks a run until the transaction ends, and reads it as it is now. */
    public RunRequest lock(RunRequest run) {
        return lock.take(Caller.system(run.organizationId()), run.id());
    }

    /** Tells people's view of a run which version of its account is the newest, and what it says. */
    public void accounted(RunRequest run, int version, RunStatus status, String digest) {
        transitions.apply(
                run,
                Transition.account(run, version, status, digest),
                Caller.system(run.organizationId()).actor());
    }

    /**
     * Ends a run by the word of its newest attempt. Refused with {@code invalid-transition} unless the run is in one of the states.
     *
     * @param from the states it may be in
     */
    public void end(Caller caller, Reporting reporting, List<RunStatus> from, RunEnding ending) {
        RunRequest run = reporting.run();
        if (transitions
                .apply(run, Transition.end(run, from, ending), caller.actor())
                .isEmpty()) {
            throw RunnerCallRefusals.wrongState(run, "completed");
        }
    }

    /**
     * The run, for somebody who may add to what is known of it: a person with {@code compile_briefs}, or a runner that has or had an
     * attempt of it. Refused: {@code not-found}, {@code authority-missing}.
     */
    @Transactional(readOnly = true, propagation = Propagation.REQUIRED, noRollbackFor = ProblemException.class)
    public RunRequest concerning(Caller caller, String id) {
        RunRequest run = runs.get(caller, id);
        if (caller.kind() != Caller.Kind.RUNNER) {
            caller.require(Authority.COMPILE_BRIEFS);
        } else if (!isOf(caller, run)) {
            throw ProblemType.AUTHORITY_MISSING
                    .because("A runner may report only on runs that it has or had; this is not one of them.")
                    .remedy("Use the key of the runner that had the run, or an access token with 'compile_briefs'.");
        }
        return run;
    }

    private boolean isOf(Caller caller, RunRequest run) {
        return attempts.of(run).stream().anyMatch(attempt -> attempt.runnerId().equals(caller.name()));
    }

    /**
     * The same for the run that Foundry knows by an id, of those within reach; for a runner, of its own. Refused: {@code not-found}, {@code
     * authority-missing}, {@code ambiguous-foundry-run}.
     */
    @Transactional(readOnly = true, propagation = Propagation.REQUIRED, noRollbackFor = ProblemException.class)
    public RunRequest byFoundryRun(Caller caller, String foundryRunId) {
        if (caller.kind() != Caller.Kind.RUNNER) {
            caller.require(Authority.COMPILE_BRIEFS);
        }
        List<RunRequest> found = runs.byFoundryRun(caller, foundryRunId).stream()
                .filter(run -> caller.kind() != Caller.Kind.RUNNER || isOf(caller, run))
                .toList();
        if (found.size() > 1) {
            throw ProblemType.AMBIGUOUS_FOUNDRY_RUN
                    .because("More than one run was reported with this Foundry run id.")
                    .with(
                            "run_request_ids",
                            found.stream().limit(SHOWN).map(RunRequest::id).toList());
        }
        return found.stream()
                .findFirst()
                .orElseThrow(() -> ProblemType.NOT_FOUND.because("No run was reported with this Foundry run id."));
    }

    /** All attempts of a run, the newest first. */
    @Transactional(readOnly = true, propagation = Propagation.REQUIRED)
    public List<Attempt> attempts(RunRequest run) {
        return attempts.of(run);
    }

    /** The newest attempt of a run, with the revision it started at. */
    @Transactional(readOnly = true, propagation = Propagation.REQUIRED)
    public Optional<Attempt> newestAttempt(RunRequest run) {
        return attempts.newest(run);
    }
}
