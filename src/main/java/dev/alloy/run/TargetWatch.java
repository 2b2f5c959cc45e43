package dev.alloy.run;

import dev.alloy.installation.InstallationChanged;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Judges the runs that wait anew when their installation is another, and lets runners look for those that may run now. */
@Component
class TargetWatch {

    private final TargetAnswers answers;
    private final QueueBell bell;

    TargetWatch(TargetAnswers answers, QueueBell bell) {
        this.answers = answers;
        this.bell = bell;
    }

    @EventListener
    @Transactional
    public void onChange(InstallationChanged changed) {
        answers.settleFor(changed.installation());
        bell.ring(changed.installation().organizationId());
    }
}
