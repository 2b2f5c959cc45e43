package dev.alloy.run;

import dev.alloy.compilation.RunnableBrief;
import dev.alloy.contract.foundry.Effects;
import dev.alloy.contract.foundry.Throttle;
import dev.alloy.http.Bodies;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What exactly a run of a brief would be: its payload, throttle, effect and key. Pure; nothing is stored.
 *
 * @param throttle how far Foundry may go
 * @param payload as it is served
 * @param effect {@code read_only} or {@code mutating}
 * @param key what makes it this run
 */
record RunPlan(String throttle, ObjectNode payload, String effect, IdempotencyKey key) {

    /**
     * Plans a run.
     *
     * @param wantedThrottle as it was asked for; null for the brief's
     * @param reexecutionOrdinal counts the repetitions of the chain's first run; null for that one
     */
    static RunPlan of(
            RunnableBrief brief,
            ObjectNode payload,
            @Nullable String wantedThrottle,
            String requestedBy,
            @Nullable Integer reexecutionOrdinal) {
        String throttle = throttle(brief, wantedThrottle);
        IdempotencyKey key = IdempotencyKey.of(
                brief.projectId(),
                brief.repoRevision(),
                brief.digest(),
                brief.entryEvent(),
                payload,
                throttle,
                requestedBy,
                brief.pack().edited() ? brief.pack().digest() : null,
                reexecutionOrdinal);
        return new RunPlan(
                throttle,
                payload,
                Effects.of(brief.entryEvent(), throttle, payload).wire(),
                key);
    }

    private static String throttle(RunnableBrief brief, @Nullable String wanted) {
        if (wanted == null) {
            return brief.throttle();
        }
        Throttle limit = Throttle.parse(brief.throttle()).orElseThrow();
        if (Throttle.parse(wanted).orElseThrow().isAbove(limit)) {
            throw Bodies.refusal(
                    "/throttle",
                    "above-brief",
                    "A run goes no further than its brief, which says " + limit.wire() + ".");
        }
        return wanted;
    }
}
