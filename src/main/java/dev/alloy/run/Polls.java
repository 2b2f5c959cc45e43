package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.database.DatabaseGone;
import dev.alloy.database.RepeatedTask;
import dev.alloy.problem.Correlation;
import dev.alloy.problem.ProblemType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Polls that found nothing and wait. A waiting poll holds neither a thread nor a database connection. It looks again when the
 * queue's bell rings, on whatever replica, and at every sweep, in case the bell was not heard. A newer poll of a runner ends its
 * older one.
 */
@Component
public class Polls implements SmartLifecycle, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Polls.class);

    private final Offers offers;
    private final Map<String, Poll> waiting = new ConcurrentHashMap<>();
    private final Set<String> waking = ConcurrentHashMap.newKeySet();
    private final ExecutorService lookers = Executors.newFixedThreadPool(2, RepeatedTask.daemon("poll-looker"));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(RepeatedTask.daemon("poll-timer"));
    private final Duration sweepInterval;
    private final int mostWaiting;
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean running;
    private @Nullable ScheduledFuture<?> sweeping;

    Polls(Offers offers, RunSettings settings) {
        this.offers = offers;
        this.sweepInterval = settings.sweepInterval();
        this.mostWaiting = settings.maxWaitingPolls();
    }

    /**
     * What a poll is answered with.
     *
     * @param offer empty where there is none
     * @param superseded whether a newer poll of the same runner ended it: two processes may be using one key
     */
    public record Answer(Optional<Offers.Offer> offer, boolean superseded) {

        static final Answer NOTHING = new Answer(Optional.empty(), false);
        static final Answer SUPERSEDED = new Answer(Optional.empty(), true);
    }

    private record Poll(
            long number,
            Caller runner,
            String organizationId,
            @Nullable String correlationId,
            CompletableFuture<Answer> answer) {}

    /**
     * Answers the runner's next offer; empty after the wait, when a newer poll of the same runner comes, or when the service
     * stops.
     */
    public CompletableFuture<Answer> next(Caller runner, Duration wait) {
        long number = numbers.incrementAndGet();
        endOlder(runner);
        Optional<Offers.Offer> atOnce = offers.offerNext(runner);
        if (atOnce.isPresent() || wait.isZero() || !running) {
            return CompletableFuture.completedFuture(new Answer(atOnce, false));
        }
        if (waiting.size() >= mostWaiting) {
            throw ProblemType.UNAVAILABLE.because("Too many polls already wait on this replica; poll again later.");
        }
        Poll poll = new Poll(
                number,
                runner,
                String.valueOf(runner.organizationId()),
                Correlation.current(),
                new CompletableFuture<>());
        if (!park(poll)) {
            return CompletableFuture.completedFuture(Answer.SUPERSEDED);
        }
        poll.answer().completeOnTimeout(Answer.NOTHING, wait.toMillis(), TimeUnit.MILLISECONDS);
        poll.answer().whenComplete((offer, failure) -> waiting.remove(runner.name(), poll));
        // What was queued between the first look and the parking rang the bell too early.
        lookers.execute(() -> lookOnce(poll));
        if (!running) {
            answerAll();
        }
        return poll.answer();
    }

    /** A poll that was slow on its way may come here behind a newer one, and gives way to it. */
    private boolean park(Poll poll) {
        Poll kept = waiting.compute(poll.runner().name(), (name, parked) -> {
            if (parked == null || parked.number() < poll.number()) {
                if (parked != null) {
                    parked.answer().completeAsync(() -> Answer.SUPERSEDED, lookers);
                }
                return poll;
            }
            return parked;
        });
        return kept.number() == poll.number();
    }

    private void endOlder(Caller runner) {
        Poll older = waiting.remove(runner.name());
        if (older != null) {
            older.answer().complete(Answer.SUPERSEDED);
        }
    }

    /** Lets waiting polls of an organization look, the longest waiting first, as long as there is something for them. */
    void wake(String organizationId) {
        if (waking.add(organizationId)) {
            lookers.execute(() -> {
                waking.remove(organizationId);
                lookInTurn(organizationId);
            });
        }
    }

    /** Lets all waiting polls look, since it is not known what they missed. */
    void wakeAll() {
        waiting.values().stream().map(Poll::organizationId).distinct().forEach(this::wake);
    }

    private void lookOnce(Poll poll) {
        try {
            Correlation.during(poll.correlationId(), () -> look(poll));
        } catch (RuntimeException e) {
            log.warn("A waiting poll could not look at the queue; it will look again", e);
        }
    }

    private void lookInTurn(String organizationId) {
        try {
            List<Poll> inTurn = waiting.values().stream()
                    .filter(poll -> poll.organizationId().equals(organizationId))
                    .sorted(Comparator.comparingLong(Poll::number))
                    .toList();
            int work = inTurn.isEmpty() ? 0 : offers.waitingRuns(organizationId);
            for (Poll poll : inTurn) {
                if (work == 0) {
                    return;
                }
                boolean offered = Correlation.during(poll.correlationId(), () -> look(poll));
                work -= offered ? 1 : 0;
            }
        } catch (RuntimeException e) {
            log.warn("Waiting polls could not look at the queue; they will look again", e);
        }
    }

    /** In the name of the request that polls, whoever woke it. Answers whether it was offered something. */
    private boolean look(Poll poll) {
        synchronized (poll) {
            if (poll.answer().isDone()) {
                return false;
            }
            // An offer made for a poll that ended meanwhile is not lost: the runner's next poll gets the same one.
            Optional<Offers.Offer> offer = offers.offerNext(poll.runner());
            if (offer.isPresent()) {
                poll.answer().complete(new Answer(offer, false));
            }
            return offer.isPresent();
        }
    }

    @Override
    public void start() {
        running = true;
        long interval = sweepInterval.toMillis();
        sweeping = timer.scheduleWithFixedDelay(this::wakeAll, interval, interval, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        if (sweeping != null) {
            sweeping.cancel(false);
        }
        answerAll();
    }

    /** They would learn nothing until it is back, and whoever asks again finds a replica that knows. */
    @EventListener(DatabaseGone.class)
    void endInVain() {
        waiting.values().forEach(poll -> poll.answer()
                .completeExceptionally(
                        ProblemType.UNAVAILABLE.because("The database does not answer; poll again later.")));
    }

    /** The runners whose polls wait here, with their organizations. */
    Map<String, String> organizationsOfWaiting() {
        return waiting.values().stream()
                .collect(Collectors.toMap(poll -> poll.runner().name(), Poll::organizationId, (one, other) -> one));
    }

    /** The runner may not poll any more. */
    void endRefused(String runner) {
        Poll poll = waiting.get(runner);
        if (poll != null) {
            poll.answer()
                    .completeExceptionally(
                            ProblemType.UNAUTHENTICATED.because("The runner was revoked, or its key has expired."));
        }
    }

    private void answerAll() {
        waiting.values().forEach(poll -> poll.answer().complete(Answer.NOTHING));
    }

    /** Stopping may be followed by another start, so that the threads end only here. */
    @Override
    public void destroy() {
        timer.shutdownNow();
        lookers.shutdown();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server waits for its requests to end. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 1;
    }
}
