package dev.alloy.database;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Something that is done again and again as long as the service runs, in a thread of its own. What it throws would end it. */
public abstract class RepeatedTask implements SmartLifecycle {

    private final String name;
    private final Duration interval;
    private @Nullable ScheduledExecutorService timer;

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

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(daemon(name));
        started.scheduleWithFixedDelay(this::perform, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        timer = started;
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
