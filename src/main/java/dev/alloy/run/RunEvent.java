package dev.alloy.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a run.
 *
 * @param id counts up over all runs
 * @param type what: the name of the state it moved to, or of what else happened; what runners tell begins with {@code runner.}
 * @param fromStatus the state before; null for a run that was just made, and for what runners tell
 * @param toStatus the state after; null for what runners tell
 * @param attempt the attempt it concerns; null for none
 * @param sequence the runner's own number; null for what no runner told
 * @param actor who caused it, {@code person:ada}
 * @param detail more, as JSON text
 * @param correlationId of the request that caused it; null for none
 * @param occurredAt when it was written
 */
public record RunEvent(
        long id,
        String type,
        @Nullable String fromStatus,
        @Nullable String toStatus,
        @Nullable Integer attempt,
        @Nullable Integer sequence,
        String actor,
        String detail,
        @Nullable String correlationId,
        Instant occurredAt) {}
