package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Secrets;
import dev.alloy.database.Ids;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Lets a runner accept the run that it is offered. Source: dispatch.md, “Runner protocol”. */
@Service
@Transactional
public class Acceptance {

    private final RunLock lock;
    private final StopConditions stops;
    private final Transitions transitions;
    private final Attempts attempts;
    private final ApprovalMatching queue;
    private final RunLog log;
    private final RunSettings settings;

    Acceptance(
            RunLock lock,
            StopConditions stops,
            Transitions transitions,
            Attempts attempts,
            ApprovalMatching queue,
            RunLog log,
            RunSettings settings) {
        this.lock = lock;
        this.stops = stops;
        this.transitions = transitions;
        this.attempts = attempts;
        this.queue = queue;
        this.log = log;
        this.settings = settings;
    }

    /**
     * What accepting gives.
     *
     * @param attempt the attempt's number
     * @param leaseToken proves the attempt in every later call of the runner
     * @param callbackToken stands for the runner's key in Foundry's completion callback
     * @param leaseExpiresAt when the lease ends unless it is renewed
     */
    public record Accepted(int attempt, String leaseToken, String callbackToken, Instant leaseExpiresAt) {}

    /**
     * Takes the offered run. Until the run starts, the same call again answers the same attempt with fresh tokens; the earlier
     * ones stay good.
     *
     * @param acceptNonce a nonce the runner journaled before the call; null for none
     */
    @Transactional(noRollbackFor = ProblemException.class)
    public Accepted accept(Caller runner, String id, @Nullable String acceptNonce) {
        RunRequest run = lock.take(runner, id);
        boolean isOfferedHere =
                run.status() == RunStatus.OFFERED && runner.name().equals(run.offerRunnerId());
        if (isOfferedHere) {
            stops.queueForBranch(run);
            Optional<Accepted> accepted = open(runner, run, acceptNonce);
            if (accepted.isPresent()) {
                return accepted.get();
            }
            refuseStopped(runner, run);
        }
        Attempt held = held(runner, run);
        if (!Objects.equals(held.acceptNonce(), acceptNonce)) {
            log.refused(run, "run.claim_refused", runner.actor());
            throw ProblemType.CLAIM_CONFLICT.because("This attempt was accepted with a different claim.");
        }
        return give(run, held);
    }

    /** Opens an attempt; empty where the offer is over, or something has come to stop the run. */
    private Optional<Accepted> open(Caller runner, RunRequest run, @Nullable String acceptNonce) {
        String attemptId = Ids.next("attempt");
        Tokens tokens = Tokens.of(attemptId);
        Transition.NewAttempt attempt = new Transition.NewAttempt(
                attemptId,
                acceptNonce,
                Secrets.hash(tokens.lease()),
                Secrets.hash(tokens.callback()),
                settings.leaseTtl());
        return transitions
                .apply(run, Transition.accept(run, runner.name(), attempt), runner.actor())
                .map(taken -> new Accepted(
                        taken.attempts(),
                        tokens.lease(),
                        tokens.callback(),
                        Objects.requireNonNull(taken.acceptedAt()).plus(settings.leaseTtl())));
    }

    /** The secrets of an attempt, which are shown once. */
    private record Tokens(String lease, String callback) {

        static Tokens of(String attemptId) {
            String publicId = attemptId.substring("attempt_".length());
            return new Tokens(
                    Secrets.issue(Leases.LEASE_PREFIX, publicId), Secrets.issue(Leases.CALLBACK_PREFIX, publicId));
        }
    }

    /** If a stop condition has arisen since the offer, requeues the run. */
    private void refuseStopped(Caller runner, RunRequest run) {
        List<ProblemType> failing = stops.judge(run, runner.name());
        if (!failing.isEmpty()) {
            transitions.apply(run, Transition.withdraw(run, failing.get(0).slug()), runner.actor());
            queue.replaceEnded(run.organizationId());
            throw StopConditions.refusal(failing);
        }
    }

    private Attempt held(Caller runner, RunRequest run) {
        if (run.status() == RunStatus.ACCEPTED && runner.name().equals(run.runnerId())) {
            return attempts.newest(run).orElseThrow();
        }
        boolean wasOffered = run.status() == RunStatus.QUEUED
                || run.status() == RunStatus.OFFERED
                || run.status() == RunStatus.ACCEPTED;
        throw wasOffered
                ? ProblemType.NOT_OFFERED
                        .because("The run is not offered to this runner at this moment.")
                        .with("state", run.status().wireName())
                : RunnerCallRefusals.wrongState(run, "accepted");
    }

    private Accepted give(RunRequest run, Attempt attempt) {
        Tokens tokens = Tokens.of(attempt.id());
        Instant expiresAt = attempts.give(
                run.organizationId(),
                attempt.id(),
                Secrets.hash(tokens.lease()),
                Secrets.hash(tokens.callback()),
                settings.leaseTtl());
        return new Accepted(attempt.number(), tokens.lease(), tokens.callback(), expiresAt);
    }
}
