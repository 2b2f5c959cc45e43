package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.access.Secrets;
import dev.alloy.contract.Revisions;
import dev.alloy.database.Ids;
import dev.alloy.problem.ProblemException;
import dev.alloy.problem.ProblemType;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.ObjectNode;

/** The runner's side of a run up to its start: offer, acceptance, lease, start. Source: dispatch.md, “Runner protocol”. */
@Service
@Transactional
public class Dispatch {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final RunRequestRepository runs;
    private final RunLock lock;
    private final Transitions transitions;
    private final RunnerQueue waiting;
    private final Attempts attempts;
    private final Leases leases;
    private final RunLog log;
    private final RunnerPresence presence;
    private final ExecutionRequests documents;
    private final TargetAnswers targets;
    private final Recovery recovery;
    private final RunQueue queue;
    private final StopConditions stops;
    private final RunSettings settings;

    Dispatch(
            RunRequestRepository runs,
            RunLock lock,
            Transitions transitions,
            RunnerQueue waiting,
            Attempts attempts,
            Leases leases,
            RunLog log,
            RunnerPresence presence,
            ExecutionRequests documents,
            TargetAnswers targets,
            Recovery recovery,
            RunQueue queue,
            StopConditions stops,
            RunSettings settings) {
        this.runs = runs;
        this.lock = lock;
        this.transitions = transitions;
        this.waiting = waiting;
        this.attempts = attempts;
        this.leases = leases;
        this.log = log;
        this.presence = presence;
        this.documents = documents;
        this.targets = targets;
        this.recovery = recovery;
        this.queue = queue;
        this.stops = stops;
        this.settings = settings;
    }

    /**
     * A run reserved for a runner.
     *
     * @param expiresAt until when
     * @param executionRequest the document, {@code alloy.foundry_execution_request.v1}
     */
    public record Offer(Instant expiresAt, ObjectNode executionRequest) {}

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
     * The next run for a runner: the one it was offered and has not answered, else the oldest it may have.
     *
     * @param runner the runner that polls
     */
    public Optional<Offer> offerNext(Caller runner) {
        String organization = organization(runner);
        presence.lockForPoll(organization, runner.name());
        return waiting.standingOffer(organization, runner.name())
                .or(() -> takeFromQueue(runner))
                .map(this::offer);
    }

    /** Before a poll returns empty, it runs the sweep itself. */
    private Optional<RunRequest> takeFromQueue(Caller runner) {
        String organization = organization(runner);
        Optional<RunRequest> taken = offerOldest(runner);
        if (taken.isPresent()) {
            return taken;
        }
        boolean changed = recovery.sweep(organization) > 0;
        return targets.settleMissing(organization) || changed ? offerOldest(runner) : taken;
    }

    private Optional<RunRequest> offerOldest(Caller runner) {
        return waiting.lockNext(organization(runner), runner.name())
                .flatMap(run -> transitions.apply(
                        run, Transition.offer(runner.name(), newTraceId(), settings.offerTtl()), runner.actor()));
    }

    /** How many runs of the organization wait for a runner, as far as that is worth counting. */
    @Transactional(readOnly = true)
    public int waitingRuns(String organizationId) {
        return waiting.countWaiting(organizationId);
    }

    private Offer offer(RunRequest run) {
        return new Offer(Objects.requireNonNull(run.offerExpiresAt()), documents.render(run));
    }

    /**
     * Takes the offered run. Until the run starts, the same call again answers the same attempt with fresh tokens; the earlier
     * ones stay good.
     *
     * @param claim a nonce the runner journaled before the call; null for none
     */
    @Transactional(noRollbackFor = ProblemException.class)
    public Accepted accept(Caller runner, String id, @Nullable String claim) {
        RunRequest run = lock.take(runner, id);
        refuseStopped(runner, run);
        String attemptId = Ids.next("attempt");
        Tokens tokens = Tokens.of(attemptId);
        Transition.NewAttempt attempt = new Transition.NewAttempt(
                attemptId, claim, Secrets.hash(tokens.lease()), Secrets.hash(tokens.callback()), settings.leaseTtl());
        Optional<RunRequest> accepted =
                transitions.apply(run, Transition.accept(run, runner.name(), attempt), runner.actor());
        if (accepted.isPresent()) {
            RunRequest taken = accepted.get();
            Instant until = Objects.requireNonNull(taken.acceptedAt()).plus(settings.leaseTtl());
            return new Accepted(taken.attempts(), tokens.lease(), tokens.callback(), until);
        }
        Attempt held = held(runner, run);
        if (!Objects.equals(held.claim(), claim)) {
            log.refused(run, "run.claim_refused", runner.actor());
            throw ProblemType.CLAIM_CONFLICT.because("This attempt was accepted with another claim.");
        }
        return give(run, held);
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
        boolean offeredHere = run.status() == RunStatus.OFFERED && runner.name().equals(run.offerRunnerId());
        if (!offeredHere) {
            return;
        }
        stops.queueForBranch(run);
        List<ProblemType> failing = stops.judge(run, runner.name()).failing();
        if (!failing.isEmpty()) {
            transitions.apply(run, Transition.withdraw(run, failing.get(0).slug()), runner.actor());
            queue.replaceEnded(run.organizationId());
            throw stopped(failing);
        }
    }

    private static ProblemException stopped(List<ProblemType> failing) {
        return failing.get(0)
                .because(failing.get(0).explanation())
                .with("codes", failing.stream().map(ProblemType::slug).toList());
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
                : wrongState(run, "accepted");
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
        RunRequest run = lock.take(runner, id);
        Attempt attempt = leases.require(runner, run, leaseToken);
        boolean movedOn = run.status() == RunStatus.QUEUED || run.status() == RunStatus.OFFERED;
        if (run.status().isTerminal() || movedOn) {
            throw wrongState(run, "started");
        }
        leases.requireHolding(attempt);
        if (run.status() == RunStatus.EXECUTING) {
            return true;
        }
        if (run.status() != RunStatus.ACCEPTED) {
            throw wrongState(run, "started");
        }
        StopConditions.Judgement judgement = stops.judge(run, runner.name());
        if (!judgement.failing().isEmpty()) {
            recovery.giveBack(run, runner.actor(), judgement.failing().get(0).slug(), "");
            throw stopped(judgement.failing());
        }
        String approved = judgement.exactRevision();
        if (approved != null && !Revisions.matches(repoRevisionBefore, approved)) {
            throw refuseRevision(runner, run, repoRevisionBefore, approved);
        }
        if (transitions
                .apply(run, Transition.start(run, repoRevisionBefore, foundryRunId), runner.actor())
                .isEmpty()) {
            throw wrongState(run, "started");
        }
        return false;
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
        RunRequest run = lock.take(runner, id);
        Attempt attempt = leases.require(runner, run, leaseToken);
        if (run.status() != RunStatus.ACCEPTED) {
            throw wrongState(run, "release");
        }
        leases.requireHolding(attempt);
        return recovery.giveBack(run, runner.actor(), "released", reason);
    }

    /** A lease that a runner says it holds. */
    public record Held(String runRequestId, String leaseToken) {}

    /**
     * What one of several leases is answered with.
     *
     * @param pulse null when the lease does not hold
     * @param problem name of the problem that the lease has; null when it holds
     */
    public record HeldPulse(
            String runRequestId,
            @Nullable Pulse pulse,
            @Nullable String problem) {}

    /** Renews all the leases that a runner says it holds; those that do not hold are told so beside the others. */
    public List<HeldPulse> heartbeat(Caller runner, List<Held> leases) {
        presence.heartbeat(organization(runner), runner.name());
        // In one order whoever sends them, so that two heartbeats of a runner do not wait for one another.
        Map<Held, HeldPulse> renewed = new HashMap<>();
        leases.stream()
                .sorted(Comparator.comparing(Held::runRequestId).thenComparing(Held::leaseToken))
                .forEach(held -> renewed.computeIfAbsent(held, one -> renew(runner, one)));
        return leases.stream().map(renewed::get).map(Objects::requireNonNull).toList();
    }

    private HeldPulse renew(Caller runner, Held held) {
        try {
            return new HeldPulse(held.runRequestId(), heartbeat(runner, held.runRequestId(), held.leaseToken()), null);
        } catch (ProblemException e) {
            return new HeldPulse(held.runRequestId(), null, e.type().slug());
        }
    }

    /**
     * What a heartbeat is answered with.
     *
     * @param directive {@code continue}, {@code cancel} when the run is to be called off, or {@code drain} when the runner takes
     *     nothing more
     * @param leaseExpiresAt when the lease ends unless it is renewed
     */
    public record Pulse(String directive, Instant leaseExpiresAt) {}

    /** Renews the lease of an attempt that is at work. */
    public Pulse heartbeat(Caller runner, String id, @Nullable String leaseToken) {
        RunRequest run = run(runner, id);
        Attempt attempt = leases.require(runner, run, leaseToken);
        if (run.status() != RunStatus.ACCEPTED && run.status() != RunStatus.EXECUTING) {
            throw wrongState(run, "heartbeat");
        }
        presence.heartbeat(run.organizationId(), runner.name());
        Instant expiresAt = attempts.renew(run.organizationId(), attempt.id(), settings.leaseTtl())
                .orElseThrow(Leases::over);
        String directive = run.cancelRequestedAt() != null
                ? "cancel"
                : presence.isDraining(run.organizationId(), runner.name()) ? "drain" : "continue";
        return new Pulse(directive, expiresAt);
    }

    private static ProblemException wrongState(RunRequest run, String call) {
        return ProblemType.INVALID_TRANSITION
                .because("'" + call + "' is not possible: the run is "
                        + run.status().wireName() + ".")
                .with("state", run.status().wireName());
    }

    private RunRequest run(Caller runner, String id) {
        return runs.find(runner, id).orElseThrow(() -> ProblemType.NOT_FOUND.because("No such run request."));
    }

    private static String organization(Caller runner) {
        return Objects.requireNonNull(runner.organizationId());
    }

    private static String newTraceId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
