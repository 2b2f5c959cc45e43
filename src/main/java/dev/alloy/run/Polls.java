package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.problem.Correlation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Polls that found nothing and wait. A waiting poll holds neither a thread nor a database connection. It looks again when the
 * queue's bell rings on this replica and, for what other replicas queued, at every sweep. A newer poll of a runner ends its older
 * one.
 */
@Component
public class Polls implements SmartLifecycle, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Polls.class);

    private final Dispatch dispatch;
    private final Map<String, Poll> waiting = new ConcurrentHashMap<>();
    private final ExecutorService lookers = Executors.newFixedThreadPool(2, daemon("poll-looker"));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("poll-timer"));
    private final Duration sweepInterval;
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean running;
    private @Nullable ScheduledFuture<?> sweeping;

    Polls(Dispatch dispatch, RunSettings settings) {
        this.dispatch = dispatch;
        this.sweepInterval = settings.sweepInterval();
    }

    private record Poll(
            long number,
            Caller runner,
            String organizationId,
            @Nullable String correlationId,
            CompletableFuture<Optional<Dispatch.Offer>> answer) {}

    /**
     * Answers the runner's next offer; empty after the wait, when a newer poll of the same runner comes, or when the service
     * stops.
     */
    public CompletableFuture<Optional<Dispatch.Offer>> next(Caller runner, Duration wait) {
        long number = numbers.incrementAndGet();
        endOlder(runner);
        Optional<Dispatch.Offer> atOnce = dispatch.offerNext(runner);
        if (atOnce.isPresent() || wait.isZero() || !running) {
            return CompletableFuture.completedFuture(atOnce);
        }
        Poll poll = new Poll(
                number,
                runner,
                String.valueOf(runner.organizationId()),
                Correlation.current(),
                new CompletableFuture<>());
        if (!park(poll)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        poll.answer().completeOnTimeout(Optional.empty(), wait.toMillis(), TimeUnit.MILLISECONDS);
        poll.answer().whenComplete((offer, failure) -> waiting.remove(runner.name(), poll));
        // What was queued between the first look and the parking rang the bell too early.
        look(poll);
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
                    parked.answer().completeAsync(Optional::empty, lookers);
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
            older.answer().complete(Optional.empty());
        }
    }

    /** Lets the waiting polls of an organization look again. */
    void wake(String organizationId) {
        waiting.values().stream()
                .filter(poll -> poll.organizationId().equals(organizationId))
                .forEach(this::lookLater);
    }

    /** In the name of the request that polls, whoever woke it. */
    private void lookLater(Poll poll) {
        lookers.execute(() -> Correlation.during(poll.correlationId(), () -> look(poll)));
    }

    private void look(Poll poll) {
        synchronized (poll) {
            if (poll.answer().isDone()) {
                return;
            }
            try {
                // An offer made for a poll that ended meanwhile is not lost: the runner's next poll gets the same one.
                dispatch.offerNext(poll.runner())
                        .ifPresent(offer -> poll.answer().complete(Optional.of(offer)));
            } catch (RuntimeException e) {
                log.warn("A waiting poll could not look at the queue; it will look again", e);
            }
        }
    }

    private void sweep() {
        List.copyOf(waiting.values()).forEach(this::lookLater);
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void start() {
        running = true;
        long interval = sweepInterval.toMillis();
        sweeping = timer.scheduleWithFixedDelay(this::sweep, interval, interval, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
        if (sweeping != null) {
            sweeping.cancel(false);
        }
        answerAll();
    }

    private void answerAll() {
        waiting.values().forEach(poll -> poll.answer().complete(Optional.empty()));
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
