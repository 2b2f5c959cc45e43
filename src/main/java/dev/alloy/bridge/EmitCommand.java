package dev.alloy.bridge;

import dev.alloy.contract.foundry.Throttle;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Foundry is told.
 *
 * @param request what it is told for
 * @param attempt the number of the attempt
 * @param workingCopy where Foundry will work; null where no copy is needed
 * @param overlays the gate overlays, for who plays Foundry
 * @param since not before which it was told: what is older is of somebody else
 */
record EmitCommand(
        ExecutionRequest request, int attempt, @Nullable Path workingCopy, List<JsonNode> overlays, Instant since) {

    String entryEvent() {
        return request.entryEvent();
    }

    String project() {
        return request.projectId();
    }

    Throttle throttle() {
        return request.throttle();
    }

    String payload() {
        return request.payload().toString();
    }

    /** The attempt's own trace id: on every event of the chain. */
    String traceId() {
        return request.traceId();
    }
}
