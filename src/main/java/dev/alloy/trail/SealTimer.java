package dev.alloy.trail;

import dev.alloy.database.RepeatedTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Seals the audit log regularly, on every replica. Replicas skip chains that another one is sealing. */
@Component
class SealTimer extends RepeatedTask {

    private static final Logger log = LoggerFactory.getLogger(SealTimer.class);

    private final Sealer sealer;

    SealTimer(Sealer sealer, @Value("${alloy.audit.seal-interval:1s}") Duration interval) {
        super("audit-sealer", interval);
        this.sealer = sealer;
    }

    @Override
    protected void perform() {
        try {
            sealer.sealAll();
        } catch (RuntimeException e) {
            log.warn("The audit log could not be sealed to its end; the next time goes on", e);
        }
    }
}
