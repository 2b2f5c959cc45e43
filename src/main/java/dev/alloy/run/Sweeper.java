package dev.alloy.run;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Calls {@link Recovery} again and again, on every replica: they pass over what another one is at. */
@Component
class Sweeper implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final Recovery recovery;
    private final TargetAnswers targets;
    private final Polls polls;
    private final RunSettings settings;
    private @Nullable ScheduledExecutorService timer;

    Sweeper(Recovery recovery, TargetAnswers targets, Polls polls, RunSettings settings) {
        this.recovery = recovery;
        this.targets = targets;
        this.polls = polls;
        this.settings = settings;
    }

    /** Ends what is over, and lets waiting polls look for what that brought back. */
    void sweep() {
        attempt(() -> {
            targets.settleAll();
            recovery.organizationsToSweep().forEach(organization -> attempt(() -> sweep(organization)));
        });
    }

    private void sweep(String organization) {
        if (recovery.sweep(organization) > 0) {
            polls.wake(organization);
        }
    }

    /** What goes wrong with one organization keeps no other from being looked at. */
    private static void attempt(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            log.warn("A sweep did not come to its end; the next one goes on", e);
        }
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(Polls.daemon("run-sweeper"));
        long interval = settings.sweepInterval().toMillis();
        started.scheduleWithFixedDelay(this::sweep, interval, interval, TimeUnit.MILLISECONDS);
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
