package dev.alloy.run;

import dev.alloy.access.CredentialEnded;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Lets streams look again whether their readers may still follow, when a person has ended a credential. */
@Component
class CredentialWatch {

    private final QueueBell bell;

    CredentialWatch(QueueBell bell) {
        this.bell = bell;
    }

    @EventListener
    public void onEnd(CredentialEnded ended) {
        bell.tell(ended.organizationId() == null ? "" : ended.organizationId());
    }
}
