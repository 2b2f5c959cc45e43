package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.database.RepeatedTask;
import dev.alloy.problem.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Histories of runs as they grow. A stream holds neither a thread nor a database connection. The queue's bell tells, on whatever replica
 * something happened, whose streams to look after; streams of which nothing is heard cost one slow statement for all of them, which finds
 * credentials that ended by themselves and what the bell did not tell. What is new is written in a thread of its own: who reads slowly
 * delays nobody.
 */
@Component
public class RunStreams implements SmartLifecycle {

    private static final int MOST_OF_ORGANIZATION = 200;
    private static final int MOST_OF_TOKEN = 50;

    /** More than the streams of an organization: its readers that do not read leave some for others. */
    private static final int WRITERS = 256;

    private static final int BATCH = 200;
    /** Clients come back by themselves, with the last event they saw. */
    private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final int BEATS_BETWEEN_SIGNS = 15;

    /** The bell is what tells; this is for when it was not heard, and for credentials that end by themselves. */
    private static final int BEATS_BETWEEN_SWEEPS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(RunStreams.class);

    private final Runs runs;
    private final RunNews news;
    private final int most;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final Set<String> unserved = ConcurrentHashMap.newKeySet();
    private volatile StreamWakeups woken = new StreamWakeups();
    private volatile @Nullable ScheduledExecutorService timer;
    private @Nullable ExecutorService writers;
    private int beats;

    RunStreams(Runs runs, RunNews news, RunSettings settings) {
        this.most = settings.maxStreams();
        this.runs = runs;
        this.news = news;
    }

    private static final class Stream {

        private final Caller caller;
        private final @Nullable String sessionId;
        private final String organizationId;
        private final String runId;
        private final Function<RunEvent, Object> shape;
        private final SseEmitter emitter = new SseEmitter(LONGEST_MILLIS);
        private final AtomicBoolean busy = new AtomicBoolean();

        /** Something may have happened while it was being written to. */
        private final AtomicBoolean behind = new AtomicBoolean();

        private volatile long lastId;

        Stream(
                Caller caller,
                @Nullable String sessionId,
                RunRequest run,
                long lastId,
                Function<RunEvent, Object> shape) {
            this.caller = caller;
            this.sessionId = sessionId;
            this.organizationId = run.organizationId();
            this.runId = run.id();
            this.lastId = lastId;
            this.shape = shape;
        }

        RunNews.Follower follower() {
            return new RunNews.Follower(organizationId, runId, lastId, caller.credentialId(), sessionId);
        }
    }

    /**
     * Opens a stream of a run's history; it ends when the run has and everything was sent, and when the caller's credential ends. Refused:
     * {@code not-found}, {@code unavailable} beyond the bound, {@code too-many-at-once} beyond the shares of a token and an organization.
     *
     * @param lastId the last event that was seen; 0 for none
     * @param shape how an event is written
     * @param sessionId the console's session, with which it ends as well; null where a token was sent
     */
    public SseEmitter open(
            Caller caller, String runId, long lastId, Function<RunEvent, Object> shape, @Nullable String sessionId) {
        RunRequest run = runs.get(caller, runId);
        Stream stream = new Stream(caller, sessionId, run, lastId, shape);
        admit(stream);
        stream.emitter.onCompletion(() -> open.remove(stream));
        stream.emitter.onTimeout(() -> end(stream, null));
        stream.emitter.onError(failure -> open.remove(stream));
        begin(stream);
        look(List.of(stream));
        return stream.emitter;
    }

    /** The head of an answer goes out with its first bytes: whoever follows what is quiet would not know for a while that they do. */
    private static void begin(Stream stream) {
        try {
            stream.emitter.send(SseEmitter.event().comment("following"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void admit(Stream stream) {
        if (open.size() >= most) {
            throw ProblemType.UNAVAILABLE.because("Too many streams are open on this replica; read the list instead.");
        }
        long ofToken = open.stream()
                .filter(other -> other.caller.credentialId().equals(stream.caller.credentialId()))
                .count();
        long ofOrganization = open.stream()
                .filter(other -> other.organizationId.equals(stream.organizationId))
                .count();
        if (ofToken >= MOST_OF_TOKEN || ofOrganization >= MOST_OF_ORGANIZATION) {
            throw ProblemType.TOO_MANY_AT_ONCE.because("Too many streams of this "
                    + (ofToken >= MOST_OF_TOKEN ? "token" : "organization")
                    + " are already open; read the list instead.");
        }
        open.add(stream);
    }

    /**
     * Something happened to runs of an organization, or to credentials of it; streams of nobody else look.
     *
     * @param organization empty for all
     */
    void wake(String organization) {
        if (open.stream().anyMatch(stream -> isOf(stream, organization))) {
            ScheduledExecutorService those = timer;
            long wait = woken.wake(organization, System.nanoTime());
            if (those != null && wait >= 0) {
                try {
                    those.schedule(() -> attempt(this::lookAtWoken), wait, TimeUnit.NANOSECONDS);
                } catch (RejectedExecutionException e) {
                    LOG.debug("The service stops, and its streams with it", e);
                }
            }
        }
    }

    private static boolean isOf(Stream stream, String organization) {
        return organization.isEmpty() || stream.organizationId.equals(organization);
    }

    private void lookAtWoken() {
        Set<String> organizations = woken.take(System.nanoTime());
        look(open.stream()
                .filter(stream -> organizations.stream().anyMatch(one -> isOf(stream, one)))
                .toList());
    }

    /** One statement for all of them. A stream that is still being written to is looked after when that is done. */
    private void look(List<Stream> streams) {
        List<Stream> free = streams.stream().filter(RunStreams::isFree).toList();
        Set<Stream> handed = new HashSet<>();
        try {
            Map<Integer, RunNews.News> all =
                    news.of(free.stream().map(Stream::follower).toList(), BATCH);
            for (int i = 0; i < free.size(); i++) {
                Stream stream = free.get(i);
                RunNews.News one = all.get(i);
                boolean follows = one != null && one.mayFollow();
                List<RunEvent> more = one != null && follows ? one.events() : List.of();
                boolean last = one == null || !follows || (one.status().isTerminal() && more.size() < BATCH);
                if (last || !more.isEmpty()) {
                    if (more.size() == BATCH) {
                        stream.behind.set(true);
                    }
                    if (hand(stream, () -> write(stream, false, more, last))) {
                        handed.add(stream);
                    } else {
                        stream.behind.set(false);
                    }
                }
            }
        } finally {
            free.stream().filter(stream -> !handed.contains(stream)).forEach(this::release);
        }
    }

    /**
     * Takes a stream to look after it. One that is being written to is not taken, and says so to whoever writes: however long its reader does not
     * read, nobody looks again before that.
     */
    private static boolean isFree(Stream stream) {
        if (stream.busy.compareAndSet(false, true)) {
            return true;
        }
        stream.behind.set(true);
        // Its writer may have been done just before it could see that.
        return stream.busy.compareAndSet(false, true);
    }

    private void release(Stream stream) {
        stream.busy.set(false);
        if (stream.behind.getAndSet(false) && open.contains(stream)) {
            wake(stream.organizationId);
        }
    }

    private boolean hand(Stream stream, Runnable task) {
        ExecutorService those = writers;
        if (those == null) {
            return false;
        }
        try {
            those.execute(() -> {
                try {
                    task.run();
                } finally {
                    release(stream);
                    serveOthers();
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            // All are writing; the first that is done sees to it, and the next sweep.
            unserved.add(stream.organizationId);
            return false;
        }
    }

    /** Those for whom there was no writer. */
    private void serveOthers() {
        for (String organization : List.copyOf(unserved)) {
            if (unserved.remove(organization)) {
                wake(organization);
            }
        }
    }

    private void write(Stream stream, boolean sign, List<RunEvent> more, boolean last) {
        try {
            if (sign) {
                // Keeps proxies from taking a quiet stream for a dead one.
                stream.emitter.send(SseEmitter.event().comment("still here"));
            }
            for (RunEvent event : more) {
                stream.emitter.send(SseEmitter.event()
                        .id(String.valueOf(event.id()))
                        .name(event.type())
                        .data(stream.shape.apply(event)));
                stream.lastId = event.id();
            }
            if (last) {
                end(stream, null);
            }
        } catch (IOException | IllegalStateException e) {
            // Whoever read it has gone, and comes back with the last event they saw; the container ends it, and must
            // not be raced.
            open.remove(stream);
        } catch (RuntimeException e) {
            end(stream, e);
        }
    }

    /** Its connection may be gone already, and then ending it fails. */
    private void end(Stream stream, @Nullable Exception failure) {
        open.remove(stream);
        try {
            if (failure == null) {
                stream.emitter.complete();
            } else {
                stream.emitter.completeWithError(failure);
            }
        } catch (RuntimeException e) {
            LOG.debug("A stream had ended before", e);
        }
    }

    private void beat() {
        beats++;
        if (beats % BEATS_BETWEEN_SWEEPS == 0) {
            attempt(() -> look(List.copyOf(open)));
        }
        attempt(this::giveSigns);
    }

    /** Takes no statement. A stream that is being written to gives a sign by that. */
    private void giveSigns() {
        for (Stream stream : open) {
            boolean due = (beats + stream.hashCode()) % BEATS_BETWEEN_SIGNS == 0;
            if (due
                    && stream.busy.compareAndSet(false, true)
                    && !hand(stream, () -> write(stream, true, List.of(), false))) {
                release(stream);
            }
        }
    }

    /** What is thrown here would end the timer, and with it the streams of everybody. */
    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.warn("The streams were not looked after this time: {}", e.toString());
        }
    }

    @Override
    public synchronized void start() {
        // A look that was planned before the last stop never comes.
        woken = new StreamWakeups();
        writers = new ThreadPoolExecutor(
                0, WRITERS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), RepeatedTask.daemon("run-stream-writer"));
        timer = Executors.newSingleThreadScheduledExecutor(RepeatedTask.daemon("run-streams"));
        timer.scheduleWithFixedDelay(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
        if (writers != null) {
            writers.shutdownNow();
            writers = null;
        }
        List.copyOf(open).forEach(stream -> end(stream, null));
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }

    /** Before the web server waits for its requests to end. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 1;
    }
}
