package dev.alloy.run;

import dev.alloy.runner.RunnerChanged;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Lets the waiting poll of a runner look again when a person has given it more projects, more places, or its work back. */
@Component
class RunnerWatch {

    private final QueueBell bell;

    RunnerWatch(QueueBell bell) {
        this.bell = bell;
    }

    @EventListener
    public void onChange(RunnerChanged changed) {
        bell.ring(changed.runner().organizationId());
    }
}
