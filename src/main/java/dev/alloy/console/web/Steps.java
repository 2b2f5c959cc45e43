package dev.alloy.console.web;

import dev.alloy.run.RunRequest;
import dev.alloy.run.RunStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a run has come: one strip from the request to the end. */
final class Steps {

    private Steps() {}

    /**
     * One step.
     *
     * @param kind {@code past}, {@code now} or {@code ahead}
     */
    record Step(String label, @Nullable Moment at, String kind) {}

    static List<Step> of(RunRequest run, Instant now) {
        int reached = reached(run.status());
        return List.of(
                step("Requested", run.createdAt(), 0, reached, now),
                step(reached == 1 ? "Approval" : "Approved", run.queuedAt(), 1, reached, now),
                step("Queued", run.queuedAt(), 2, reached, now),
                step("Accepted", run.acceptedAt(), 3, reached, now),
                step("Started", run.startedAt(), 4, reached, now),
                step(run.status() == RunStatus.LOST ? "Lost" : "Ended", end(run), 5, reached, now));
    }

    private static @Nullable Instant end(RunRequest run) {
        return run.status() == RunStatus.LOST ? run.stateSince() : run.completedAt();
    }

    /** The step that the run is at; one more than the last for a run that has ended. */
    private static int reached(RunStatus status) {
        return switch (status) {
            case AWAITING_APPROVAL -> 1;
            case QUEUED, OFFERED -> 2;
            case ACCEPTED -> 3;
            case EXECUTING -> 4;
            case LOST -> 5;
            case COMPLETED, COMPLETED_WITH_FINDINGS, FAILED, CANCELLED -> 6;
        };
    }

    private static Step step(String label, @Nullable Instant at, int place, int reached, Instant now) {
        // What a run that ended early never came to is neither behind it nor ahead.
        String kind = place == reached ? "now" : place < reached && at != null ? "past" : "ahead";
        return new Step(label, place <= reached ? Moment.ofNullable(at, now) : null, kind);
    }
}
