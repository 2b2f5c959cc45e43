package dev.alloy.compilation;

import dev.alloy.access.Caller;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Decides whether a brief can be approved at all. Approving, the inbox and a run's explanation ask here. */
@Component
@Transactional(readOnly = true)
public class Approvability {

    private final Briefs briefs;

    Approvability(Briefs briefs) {
        this.briefs = briefs;
    }

    /** Why the brief cannot be approved at all, a sentence; empty when nothing does. */
    public Optional<String> obstacle(Brief brief) {
        if (!brief.status().isInUse()) {
            return Optional.of("The brief is " + brief.status().wireName() + ".");
        }
        return briefs.overlaysOf(Caller.system(brief.organizationId()), brief.id()).stream()
                .filter(GateOverlay::blocksApproval)
                .findFirst()
                .map(overlay -> "Its gate overlay of mode " + overlay.mode() + " was rejected by "
                        + overlay.rejectedBy() + ": " + overlay.rejectionReason());
    }
}
