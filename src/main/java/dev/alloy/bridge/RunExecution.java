package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import dev.alloy.bridge.Foundry.EmitUnclear;
import dev.alloy.bridge.Foundry.NotEmitted;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Executes one attempt, from wherever the journal has it to its end. The order is what keeps the promise: written down,
 * then told to the server, then to Foundry; and an unknown outcome is reported as unknown. Source: dispatch.md, “Runner
 * protocol”; foundry.md, “gRPC”.
 */
final class RunExecution {

    private static final int LOOKS = 2;

    private final JournaledAttempt attempt;
    private final RunHandle run;
    private final LeaseKeeper lease;
    private final Foundry foundry;
    private final AttemptPreparation preparation;
    private final BridgeSettings settings;
    private final CrashPoint checkpoint;
    private final Report report;
    private final Progress progress;
    private AutoCloseable taken = () -> {};

    RunExecution(
            JournaledAttempt attempt,
            RunHandle run,
            LeaseKeeper lease,
            BridgeContext workshop,
            Report report,
            boolean resumed) {
        this.attempt = attempt;
        this.run = run;
        this.lease = lease;
        this.foundry = workshop.foundry();
        this.preparation = workshop.preparation();
        this.settings = workshop.settings();
        this.checkpoint = workshop.checkpoint();
        this.report = report;
        this.progress = new Progress(run, workshop.settings().clock(), resumed);
    }

    /** What every execution uses. */
    record BridgeContext(
            Foundry foundry, AttemptPreparation preparation, BridgeSettings settings, CrashPoint checkpoint) {}

    /** The attempt was lost before Foundry was told anything. */
    private static final class AttemptLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AttemptLost(String why) {
            super(why);
        }
    }

    /** What Foundry did is unknown. */
    private static final class OutcomeUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutcomeUnknown(String why) {
            super(why);
        }
    }

    /** A person cancelled the run. */
    private static final class RunCancelled extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** To its end. */
    void run() {
        // Listening begins before Foundry is told: what was missed is not said again.
        try (AutoCloseable watching = foundry.watch(attempt.emission(), progress::seen)) {
            takeAgain();
            bring();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            giveBack();
        }
    }

    /** Two bridges in one working copy would undo each other's work. */
    private void take(WorkingCopy copy) {
        taken = copy.take();
    }

    private void takeAgain() {
        WorkingCopy copy = copy();
        if (copy == null
                || attempt.stage().isBefore(AttemptStage.STARTING)
                || attempt.stage() == AttemptStage.UNKNOWN) {
            return;
        }
        try {
            take(copy);
        } catch (ExecutionRefused e) {
            throw new BridgeStopped(
                    ExitCode.WORKING_COPY, e.message(), "Stop the other bridge, and start this one again.");
        }
    }

    private void giveBack() {
        try {
            taken.close();
        } catch (Exception e) {
            report.say(attempt, "the working copy could not be given back: " + e);
        }
    }

    private void bring() {
        try {
            if (attempt.stage().isBefore(AttemptStage.STARTING)) {
                prepare();
            }
            if (attempt.stage().isBefore(AttemptStage.EMITTING)) {
                start();
                emit();
            } else if (attempt.stage() == AttemptStage.EMITTING) {
                look("The bridge was stopped while it told Foundry");
            }
            if (attempt.stage() == AttemptStage.EMITTED || attempt.stage() == AttemptStage.UNKNOWN) {
                follow(rootEvent());
            }
        } catch (ExecutionRefused e) {
            report.say(attempt, "refused: " + e.code() + ": " + e.message());
            settle();
            end(document().refused(e), "failed");
        } catch (RunCancelled e) {
            report.say(attempt, "cancelled before Foundry was told");
            settle();
            end(document().cancelled(""), "failed");
        } catch (RequestRejected | AttemptLost e) {
            report.say(attempt, "given up, Foundry was told nothing: " + e.getMessage());
            settle();
            attempt.close();
            return;
        } catch (OutcomeUnknown e) {
            tellUnknown(String.valueOf(e.getMessage()));
            return;
        }
        report.send(attempt, run);
    }

    private String rootEvent() {
        Optional<String> known = attempt.rootEvent();
        if (known.isPresent()) {
            return known.get();
        }
        Optional<String> found = found();
        if (found == null || found.isEmpty()) {
            throw new OutcomeUnknown("Nothing of what was told to Foundry is found");
        }
        return found.get();
    }

    private ResultDocument document() {
        return new ResultDocument(attempt, settings.clock().instant());
    }

    private void end(ObjectNode result, String call) {
        attempt.ended(result, call);
        attempt.reach(AttemptStage.ENDED);
    }

    private Patience whileGood() {
        return Patience.whilst(lease::isGood);
    }

    private void prepare() {
        requireGood();
        try {
            FoundryRegistry registry = settings.registry();
            if (foundry.worksInACopy() && registry != null) {
                preparation.prepare(attempt, registry, this::take, whileGood());
            } else {
                preparation.verify(attempt, whileGood());
            }
        } catch (NoResponse e) {
            throw new AttemptLost(e.message());
        } catch (BridgeStopped e) {
            if (e.exitCode() == ExitCode.KEY) {
                throw e;
            }
            if (e.exitCode() == ExitCode.SERVER) {
                throw new AttemptLost(e.what());
            }
            // A registry that cannot be read is the operator's to fix; the run's requester is waiting.
            throw ExecutionRefused.dispatch("foundry-not-usable", e.what() + " " + e.remedy());
        }
    }

    /** Asked before whatever cannot be taken back. */
    private void requireGood() {
        if (lease.isCancelled()) {
            throw new RunCancelled();
        }
        if (!lease.isGood()) {
            throw new AttemptLost("the lease could not be renewed in time");
        }
    }

    /** The mutation marker. An answer that says it was set before is ours only where an earlier try of ours may have set it. */
    private void start() {
        boolean mayHaveSaidItBefore = attempt.stage() == AttemptStage.STARTING;
        if (mayHaveSaidItBefore) {
            requireStillGood();
        } else {
            requireGood();
        }
        requireUnchanged();
        attempt.reach(AttemptStage.STARTING);
        for (int tries = 1; ; tries++) {
            requireStillGood();
            try {
                boolean again = run.start(attempt.head(), Patience.of(1));
                if (again && !mayHaveSaidItBefore && tries == 1) {
                    throw new OutcomeUnknown(
                            "The server says that this attempt was started already, but this bridge did not start it");
                }
                return;
            } catch (NoResponse e) {
                Pause.of(Pause.before(tries));
            } catch (RequestRejected e) {
                if (attempt.request().isMutating() && (mayHaveSaidItBefore || tries > 1)) {
                    throw ExecutionRefused.dispatch("not-started", "Foundry was told nothing: " + e.message());
                }
                throw e;
            }
        }
    }

    /**
     * The server may think by now that the run has begun, and it has not: of one that could change code somebody has to
     * say so, one that only reads is taken up again when its lease is over.
     */
    private void requireStillGood() {
        if (lease.isCancelled()) {
            throw new RunCancelled();
        }
        if (!lease.isGood() && attempt.request().isMutating()) {
            throw ExecutionRefused.dispatch(
                    "lease-not-renewed", "The server could not be reached in time; Foundry was told nothing.");
        }
        requireGood();
    }

    private void requireUnchanged() {
        if (attempt.workingCopy() != null && !isUnchanged()) {
            throw ExecutionRefused.safety("working-copy-changed", "The working copy changed after it was prepared.");
        }
    }

    private boolean isUnchanged() {
        WorkingCopy copy = copy();
        return copy == null
                || copy.head().equals(attempt.head())
                        && copy.changes().isEmpty()
                        && Objects.equals(GateFile.digest(copy.gateFile()), attempt.gateFileDigest());
    }

    private @Nullable WorkingCopy copy() {
        return attempt.workingCopy() == null ? null : WorkingCopy.at(attempt.workingCopy());
    }

    private void emit() {
        requireStillGood();
        attempt.emitting(settings.clock().instant());
        attempt.reach(AttemptStage.EMITTING);
        try {
            checkpoint.passed("before emit");
            String rootEvent = foundry.emit(attempt.emission());
            checkpoint.passed("emit");
            emitted(rootEvent);
        } catch (NotEmitted e) {
            if (attempt.emits() > 1) {
                throw new OutcomeUnknown("Foundry was told before, and could not be told again: " + e.getMessage());
            }
            throw e.isRefused()
                    ? ExecutionRefused.dispatch("foundry-refused", "Foundry did not take the event: " + e.getMessage())
                    : ExecutionRefused.dispatch("foundry-unreachable", "Foundry cannot be reached: " + e.getMessage());
        } catch (EmitUnclear e) {
            look("Foundry's answer did not come: " + e.getMessage());
        }
    }

    private void emitted(String rootEvent) {
        attempt.emitted(rootEvent);
        attempt.reach(AttemptStage.EMITTED);
        report.say(attempt, "Foundry is at work: " + rootEvent);
    }

    /**
     * Looks for what may have been emitted. Told again only where nothing is found twice, and nothing can have been
     * changed, and the lease is ours.
     */
    private void look(String why) {
        long since = System.nanoTime();
        for (int looks = 0; looks < LOOKS; ) {
            Optional<String> found = found();
            if (found != null && found.isPresent()) {
                report.say(attempt, "found what was told to Foundry before");
                emitted(found.get());
                return;
            }
            if (found != null) {
                looks++;
            } else if (isLongerThan(since, settings.timing().unreachable())) {
                break;
            }
            Pause.of(settings.timing().nowhere());
        }
        boolean harmless =
                !attempt.request().isMutating() && attempt.emits() < LOOKS && lease.isGood() && isUnchanged();
        if (!harmless) {
            throw new OutcomeUnknown(why + ", and nothing of it is found");
        }
        emit();
    }

    /** Null where Foundry cannot be asked. */
    private @Nullable Optional<String> found() {
        try {
            foundry.requireReachable();
            return foundry.find(attempt.emission());
        } catch (BridgeStopped e) {
            return null;
        }
    }

    private static boolean isLongerThan(long since, Duration time) {
        return System.nanoTime() - since > time.toNanos();
    }

    /** Waits for Foundry's end. It cannot be stopped; what is cancelled is waited for, unless it only reads. */
    private void follow(String rootEvent) {
        boolean ended = waitForEnd(rootEvent);
        progress.tell();
        checkpoint.passed("ended");
        if (ended) {
            ObjectNode result = result(foundry.outcome(attempt.emission(), rootEvent));
            end(result, result.path("status").asString("").equals("failed") ? "failed" : "completed");
        } else {
            settle();
            end(document().cancelled(rootEvent), "failed");
        }
    }

    /** What was done is told also where the working copy cannot be looked at any more. */
    private ObjectNode result(FoundryOutcome outcome) {
        keepTrace(outcome);
        return settle().map(trouble -> document().of(outcome, trouble))
                .orElseGet(() -> document().of(outcome));
    }

    /** Answers whether it has ended; else it only read, was cancelled, and the time for that is over. */
    private boolean waitForEnd(String rootEvent) {
        long reachedAt = System.nanoTime();
        int nowhere = 0;
        boolean toldOfCancel = false;
        while (true) {
            switch (foundry.standing(attempt.emission(), rootEvent)) {
                case ENDED -> {
                    return true;
                }
                case RUNNING -> {
                    nowhere = 0;
                    reachedAt = System.nanoTime();
                }
                case NOWHERE -> {
                    reachedAt = System.nanoTime();
                    if (++nowhere >= LOOKS) {
                        throw new OutcomeUnknown("Foundry knows nothing of " + rootEvent
                                + " any longer: it was stopped during the work");
                    }
                }
                case UNREACHABLE -> {
                    if (isLongerThan(reachedAt, settings.timing().unreachable())) {
                        throw new OutcomeUnknown("Foundry could not be asked about " + rootEvent + " any longer");
                    }
                }
            }
            if (lease.isCancelled() && !toldOfCancel) {
                toldOfCancel = true;
                report.say(attempt, "cancelled; Foundry cannot stop, so the bridge waits for its end");
                progress.note("bridge.cancel_heard", JsonNodeFactory.instance.objectNode());
            }
            if (lease.isGraceOver() && !attempt.request().isMutating()) {
                return false;
            }
            progress.tell();
            Pause.of(
                    nowhere > 0
                            ? settings.timing().nowhere()
                            : settings.timing().follow());
        }
    }

    private void keepTrace(FoundryOutcome outcome) {
        if (outcome.trace() != null) {
            attempt.traced(outcome.trace(), outcome.traceFormat());
        } else if (outcome.summary() != null) {
            attempt.traced(report.keep(attempt, "trace-summary.json", outcome.summary()), FoundryOutcome.SUMMARY);
        }
    }

    private void tellUnknown(String why) {
        report.say(
                attempt,
                "OUTCOME UNKNOWN: " + why
                        + ". Its lease is no longer renewed; a person has to look at it and resolve the run.");
        if (attempt.stage() != AttemptStage.UNKNOWN) {
            progress.note(
                    "bridge.outcome_unknown",
                    JsonNodeFactory.instance.objectNode().put("because", why));
            tellWhatIsLeft();
            progress.tell();
            attempt.reach(AttemptStage.UNKNOWN);
        }
    }

    /** No result will say it, and the person who resolves the run has to find it. */
    private void tellWhatIsLeft() {
        WorkingCopy copy = copy();
        if (copy == null || !attempt.isTouched()) {
            return;
        }
        try {
            ObjectNode left = copy.leftBehind(attempt, mayBeAtWork());
            if (!left.isEmpty()) {
                progress.note("left_behind", left);
            }
        } catch (ExecutionRefused e) {
            report.say(attempt, "the working copy could not be looked at: " + e.message());
        }
    }

    /** Looks at the working copy, and leaves it as it was found; answers why that was not possible. */
    private Optional<ExecutionRefused> settle() {
        WorkingCopy copy = copy();
        if (copy == null) {
            return Optional.empty();
        }
        try {
            copy.settle(attempt, mayBeAtWork());
            return Optional.empty();
        } catch (ExecutionRefused e) {
            report.say(attempt, "the working copy changed: " + e.message());
            return attempt.hasLookedAfter() ? Optional.empty() : Optional.of(e);
        }
    }

    private boolean mayBeAtWork() {
        try {
            return attempt.emits() > 0 && foundry.isBusyWith(attempt.request().projectId());
        } catch (BridgeStopped e) {
            return true;
        }
    }
}
