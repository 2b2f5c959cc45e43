package dev.alloy.run;

import dev.alloy.database.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Calls {@link Recovery} again and again, on every replica: they pass over what another one is at. */
@Component
class Sweeper extends RepeatedTask {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    private final Recovery recovery;
    private final TargetAnswers targets;

    Sweeper(Recovery recovery, TargetAnswers targets, RunSettings settings) {
        super("run-sweeper", settings.sweepInterval());
        this.recovery = recovery;
        this.targets = targets;
    }

    /** Ends what is over; what that frees rings the bell. */
    void sweep() {
        attempt(() -> {
            targets.settleAll();
            recovery.organizationsToSweep().forEach(organization -> attempt(() -> recovery.sweep(organization)));
        });
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
    protected void perform() {
        sweep();
    }
}
