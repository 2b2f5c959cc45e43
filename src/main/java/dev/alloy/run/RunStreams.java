package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.database.RepeatedTask;
import dev.alloy.problem.ProblemType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Histories of runs as they grow. A stream holds neither a thread nor a database connection; all of them are looked after once a
 * second, so that a stream on any replica sees what happened on any other.
 */
@Component
public class RunStreams implements SmartLifecycle {

    private static final int MOST = 1_000;
    private static final int BATCH = 200;
    /** Clients come back by themselves, with the last event they saw. */
    private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final int BEATS_BETWEEN_SIGNS = 15;

    private final Runs runs;
    private final RunEvents events;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService timer;
    private int beats;

    RunStreams(Runs runs, RunEvents events) {
        this.runs = runs;
        this.events = events;
    }

    private static final class Stream {

        private final String organizationId;
        private final String runId;
        private final Function<RunEvent, Object> shape;
        private final SseEmitter emitter = new SseEmitter(LONGEST_MILLIS);
        private long lastId;

        Stream(String organizationId, String runId, long lastId, Function<RunEvent, Object> shape) {
            this.organizationId = organizationId;
            this.runId = runId;
            this.lastId = lastId;
            this.shape = shape;
        }
    }

    /**
     * Opens a stream of a run's history; it ends when the run has and everything was sent. Refused: {@code not-found}, {@code
     * unavailable} beyond the bound.
     *
     * @param lastId the last event that was seen; 0 for none
     * @param shape how an event is written
     */
    public SseEmitter open(Caller caller, String runId, long lastId, Function<RunEvent, Object> shape) {
        RunRequest run = runs.get(caller, runId);
        if (open.size() >= MOST) {
            throw ProblemType.UNAVAILABLE.because("Too many streams are open here; read the list instead.");
        }
        Stream stream = new Stream(run.organizationId(), runId, lastId, shape);
        stream.emitter.onCompletion(() -> open.remove(stream));
        stream.emitter.onTimeout(stream.emitter::complete);
        stream.emitter.onError(failure -> open.remove(stream));
        open.add(stream);
        send(stream);
        return stream.emitter;
    }

    private void send(Stream stream) {
        synchronized (stream) {
            try {
                RunRequest run = runs.get(Caller.system(stream.organizationId), stream.runId);
                List<RunEvent> more;
                do {
                    more = events.after(stream.organizationId, stream.runId, stream.lastId, BATCH);
                    for (RunEvent event : more) {
                        stream.emitter.send(SseEmitter.event()
                                .id(String.valueOf(event.id()))
                                .name(event.type())
                                .data(stream.shape.apply(event)));
                        stream.lastId = event.id();
                    }
                } while (more.size() == BATCH);
                if (run.status().isTerminal()) {
                    stream.emitter.complete();
                }
            } catch (Exception e) {
                // Whoever read it has gone; they come back with the last event they saw.
                open.remove(stream);
                stream.emitter.completeWithError(e);
            }
        }
    }

    private void beat() {
        boolean sign = ++beats % BEATS_BETWEEN_SIGNS == 0;
        for (Stream stream : List.copyOf(open)) {
            if (sign) {
                comment(stream);
            }
            send(stream);
        }
    }

    /** Keeps proxies from taking a quiet stream for a dead one. */
    private void comment(Stream stream) {
        try {
            stream.emitter.send(SseEmitter.event().comment("still here"));
        } catch (Exception e) {
            open.remove(stream);
        }
    }

    @Override
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(RepeatedTask.daemon("run-streams"));
        timer.scheduleWithFixedDelay(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
        List.copyOf(open).forEach(stream -> stream.emitter.complete());
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
