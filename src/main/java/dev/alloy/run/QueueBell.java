package dev.alloy.run;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Wakes waiting polls when the queue has something new, once it is committed and they can see it. */
@Component
class QueueBell {

    private final Polls polls;

    QueueBell(Polls polls) {
        this.polls = polls;
    }

    void ring(RunRequest run) {
        ring(run.organizationId());
    }

    void ring(String organizationId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                polls.wake(organizationId);
            }
        });
    }
}
