package dev.alloy.bridge;

import dev.alloy.bridge.AlloyClient.Patience;
import dev.alloy.bridge.AlloyClient.Self;
import dev.alloy.bridge.RunExecution.BridgeContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Polls, and brings what it is offered to its end, one run at a time. What an earlier process left behind comes first. */
final class RunnerLoop {

    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    /** A server that answers at once is not asked at once again. */
    private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

    /** Half a minute or less. */
    private static final int FREE_AGAIN = 5;

    private final AlloyClient client;
    private final Self self;
    private final Journal journal;
    private final BridgeContext workshop;
    private final Report report;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> poll;
    private String lastObstacle = "?";
    private boolean saidWhoElsePolls;

    RunnerLoop(AlloyClient client, Self self, Journal journal, BridgeContext workshop, Report report) {
        this.client = client;
        this.self = self;
        this.journal = journal;
        this.workshop = workshop;
        this.report = report;
    }

    /** Takes no more; what is at work is brought to its end. */
    void drain() {
        drained.complete(null);
        CompletableFuture<?> call = poll;
        if (call != null) {
            call.cancel(true);
        }
    }

    /**
     * Polls until it is drained.
     *
     * @param once whether one run is enough, be it one of before
     * @param beforeEach what to look after before each poll
     */
    void run(boolean once, Runnable beforeEach) {
        Set<String> before = journal.all().stream().map(JournaledAttempt::id).collect(Collectors.toSet());
        Set<String> looked = new HashSet<>();
        int failures = 0;
        while (true) {
            try {
                Optional<JournaledAttempt> pending = pending(looked);
                if (pending.isPresent()) {
                    JournaledAttempt attempt = pending.get();
                    boolean unknown = attempt.stage() == AttemptStage.UNKNOWN;
                    bringToEnd(attempt, before.remove(attempt.id()));
                    looked.add(attempt.id());
                    if (once && !unknown) {
                        return;
                    }
                } else if (drained.isDone()) {
                    return;
                } else {
                    beforeEach.run();
                    if (poll() && once) {
                        return;
                    }
                }
                failures = 0;
            } catch (IOException | NoResponse e) {
                if (failures++ == 0) {
                    report.say("The server cannot be reached: " + e.getMessage());
                }
                rest(failures);
                if (drained.isDone()) {
                    return;
                }
            }
        }
    }

    /** What is not over comes before anything new; an unknown outcome is looked for once. */
    private Optional<JournaledAttempt> pending(Set<String> looked) {
        return journal.all().stream()
                .filter(attempt -> attempt.stage() != AttemptStage.LEFT)
                .filter(attempt -> attempt.stage() != AttemptStage.UNKNOWN || !looked.contains(attempt.id()))
                .findFirst();
    }

    /** Returns whether a run came to its end at once, because it was refused. */
    private boolean poll() throws IOException {
        if (!isFree()) {
            rest(FREE_AGAIN);
            return false;
        }
        long asked = System.nanoTime();
        Optional<JsonNode> offer = client.poll(self, workshop.settings().pollSeconds(), this::polling);
        boolean refused = false;
        try {
            refused = offer.isPresent() && !takeUp(offer.get().path("execution_request"));
        } catch (BridgeStopped e) {
            if (e.exitCode() != ExitCode.SERVER) {
                throw e;
            }
            // Others may have runs that can be read; this one is the operator's to fix.
            report.say("Not taken: " + e.what());
            rest(FREE_AGAIN);
        }
        sayWhoElsePolls();
        if (offer.isEmpty() && System.nanoTime() - asked < SHORTEST_POLL.toNanos()) {
            rest(2);
        }
        return refused;
    }

    /**
     * The server does not offer what Foundry was told of, unless its database was put back; then a person has to be told,
     * and nothing is started.
     */
    private boolean takeUp(JsonNode request) {
        Optional<EmittedRuns.EmittedRun> told = journal.toldOf(ExecutionRequest.of(request));
        if (told.isPresent()) {
            refuse(journal.unwritten(request), told.get());
        } else {
            journal.begin(request);
        }
        return told.isEmpty();
    }

    private void refuse(JournaledAttempt attempt, EmittedRuns.EmittedRun told) {
        RunHandle run = client.run(attempt.id());
        ExecutionRefused refusal = ExecutionRefused.safety(
                "already-started",
                "This runner told Foundry of this work at " + told.at() + ", as attempt " + told.attempt() + " of "
                        + told.run()
                        + ". The server does not know this: its database was put back to an earlier moment. Nothing was started.");
        report.say(attempt, "refused: " + refusal.code() + ": " + refusal.message());
        try {
            attempt.accepted(run.accept(attempt.acceptNonce(), Patience.of(5)));
            ObjectNode result =
                    new ResultDocument(attempt, workshop.settings().clock().instant()).refused(refusal);
            run.under(attempt.leaseToken()).report("failed", AlloyClient.bytes(result), Patience.of(5));
        } catch (RequestRejected e) {
            report.say(attempt, "the server did not take that: " + e.message());
        }
    }

    private void sayWhoElsePolls() {
        if (client.wasSuperseded() && !saidWhoElsePolls) {
            saidWhoElsePolls = true;
            report.say(
                    "Another process polls with this runner's key: each poll ends the other's. Stop one of them, or register a"
                            + " runner of its own for it with 'bridge register'.");
        }
    }

    private void polling(CompletableFuture<?> call) {
        poll = call;
        if (drained.isDone()) {
            call.cancel(true);
        }
    }

    private void rest(int tries) {
        try {
            drained.get(Pause.before(tries).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The time is over.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            drain();
        }
    }

    private void bringToEnd(JournaledAttempt attempt, boolean resumed) {
        if (resumed) {
            report.say(attempt, "goes on from " + attempt.stage());
        }
        if (attempt.stage() == AttemptStage.OFFERED) {
            accept(attempt);
        } else {
            execute(attempt, client.run(attempt.id()), LONG_AGO, true);
        }
    }

    private void accept(JournaledAttempt attempt) {
        RunHandle run = client.run(attempt.id());
        long asked = System.nanoTime();
        try {
            attempt.accepted(run.accept(attempt.acceptNonce(), Patience.of(5)));
        } catch (RequestRejected e) {
            report.say(attempt, "not taken: " + e.message());
            attempt.close();
            return;
        }
        attempt.reach(AttemptStage.ACCEPTED);
        if (drained.isDone()) {
            release(attempt, run.under(attempt.leaseToken()));
            return;
        }
        report.say(attempt, "accepted, attempt " + attempt.number());
        execute(attempt, run, asked, false);
    }

    private void release(JournaledAttempt attempt, RunHandle run) {
        try {
            run.release("The runner takes no more runs.", Patience.of(3));
        } catch (RequestRejected e) {
            report.say(attempt, "could not be given back: " + e.message());
        }
        attempt.close();
    }

    /** A lease from before a crash is good again only when it could be renewed; what Foundry was told is reported in any case. */
    private void execute(JournaledAttempt attempt, RunHandle run, long renewedAt, boolean resumed) {
        run.under(attempt.leaseToken());
        try (var lease = new LeaseKeeper(run, attempt.lease(), renewedAt)) {
            // Of what nobody can know the lease has to end, so a person is told.
            if (attempt.stage() != AttemptStage.UNKNOWN) {
                if (resumed) {
                    lease.renew();
                }
                lease.start();
            }
            new RunExecution(attempt, run, lease, workshop, report, resumed).run();
            BridgeStopped stopped = lease.stopped();
            if (stopped != null) {
                throw stopped;
            }
        }
    }

    /** Whether a run could begin: Foundry is there, and no working copy is in use or needs a person. */
    private boolean isFree() {
        String obstacle = obstacle();
        if (!obstacle.equals(lastObstacle)) {
            report.say(obstacle.isEmpty() ? "Polling." : "Not polling: " + obstacle);
            lastObstacle = obstacle;
        }
        return obstacle.isEmpty();
    }

    private String obstacle() {
        try {
            workshop.foundry().requireReachable();
            FoundryRegistry registry = workshop.settings().registry();
            if (!workshop.foundry().worksInACopy() || registry == null) {
                return "";
            }
            tidyUp();
            return registry.projects().stream()
                    .map(this::obstacle)
                    .filter(why -> !why.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (BridgeStopped e) {
            return e.what() + " " + e.remedy();
        }
    }

    /** What a run left in its clone stays there as long as Foundry may still be at work for it. */
    private void tidyUp() {
        for (JournaledAttempt attempt : journal.all()) {
            Path copy = attempt.workingCopy();
            if ((attempt.stage() == AttemptStage.UNKNOWN || attempt.stage() == AttemptStage.LEFT)
                    && attempt.isTouched()
                    && copy != null
                    && !workshop.foundry().isBusyWith(attempt.request().projectId())) {
                try {
                    WorkingCopy.at(copy).settle(attempt, false);
                    attempt.stash()
                            .ifPresent(stash ->
                                    report.say(attempt, "what it left uncommitted is in Git's stash: " + stash));
                    if (attempt.stage() == AttemptStage.LEFT) {
                        attempt.close();
                    }
                } catch (ExecutionRefused e) {
                    report.say(attempt, "the working copy could not be tidied up: " + e.message());
                }
            }
        }
    }

    /** Projects that are not below the directory are other people's; a run of one is refused. */
    private String obstacle(FoundryRegistry.Project project) {
        WorkingCopy copy;
        try {
            copy = WorkingCopy.of(project, workshop.settings().workdir());
        } catch (ExecutionRefused e) {
            return "";
        }
        try {
            if (workshop.foundry().isBusyWith(project.name())) {
                return "Foundry is at work on " + project.name() + ".";
            }
            copy.take().close();
            return copy.obstacle().map(why -> why + ".").orElse("");
        } catch (ExecutionRefused e) {
            return e.message();
        } catch (BridgeStopped e) {
            throw e;
        } catch (Exception e) {
            return "The working copy of " + project.name() + " could not be given back: " + e;
        }
    }
}
