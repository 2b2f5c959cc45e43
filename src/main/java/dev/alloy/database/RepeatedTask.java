package dev.alloy.database;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Repeats a task in its own thread as long as the service runs. What it throws is logged, and it is done again: a timer
 * that ended would not be noticed.
 */
public abstract class RepeatedTask implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);

    /** What waits longest is a statement for a lock, or for a database that is gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String name;
    private final Duration interval;
    private @Nullable ScheduledExecutorService timer;
    private volatile long lastEnd;

    /**
     * @param name of the thread
     * @param interval between the end of one time and the beginning of the next
     */
    protected RepeatedTask(String name, Duration interval) {
        this.name = name;
        this.interval = interval;
    }

    /** Does it once. */
    protected abstract void perform();

    /** Makes threads of this name that keep no process alive. */
    public static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void attempt() {
        try {
            perform();
        } catch (Throwable e) {
            LOG.error("{} failed and is retried in {}", name, interval, e);
        }
        lastEnd = System.nanoTime();
    }

    /** The name of its thread. */
    public String name() {
        return name;
    }

    /** Whether it has not come to an end for far longer than it should take, so only a new process helps. */
    public boolean isStuck() {
        return isStuck(System.nanoTime());
    }

    synchronized boolean isStuck(long now) {
        return timer != null && now - lastEnd > interval.toNanos() + PATIENCE.toNanos();
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(daemon(name));
        started.scheduleWithFixedDelay(this::attempt, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        timer = started;
        lastEnd = System.nanoTime();
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }
}
