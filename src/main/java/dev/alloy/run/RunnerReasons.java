package dev.alloy.run;

import dev.alloy.run.RunnerConditions.Condition;
import dev.alloy.runner.Runner;
import dev.alloy.runner.RunnerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Says what keeps a waiting run from one runner, and what to do about it. What does so, the database says. */
final class RunnerReasons {

    private RunnerReasons() {}

    /**
     * The reasons, in the order in which they are told.
     *
     * @param conditions what keeps the run from the runner
     * @param runsAtWork how many runs the runner has
     */
    static List<DispatchReason> of(
            Runner runner, RunRequest run, Set<Condition> conditions, int runsAtWork, Instant now) {
        List<DispatchReason> reasons = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            if (condition == Condition.CAPACITY && isOffline(runner, now)) {
                reasons.add(offline(runner, now));
            }
            if (conditions.contains(condition)) {
                reasons.add(reason(condition, runner, run, runsAtWork));
            }
        }
        return List.copyOf(reasons);
    }

    /** Whether the reason passes by itself, so that the runner is still one that the run can wait for. */
    static boolean isPassing(DispatchReason reason) {
        return Stream.of("offered-to-another", "draining", "offline", "at-capacity")
                .anyMatch(reason.code()::equals);
    }

    private static DispatchReason reason(Condition condition, Runner runner, RunRequest run, int runsAtWork) {
        return switch (condition) {
            case REVOKED -> new DispatchReason("revoked", "Its key was revoked.", "Register another runner.");
            case PINNED ->
                new DispatchReason(
                        "pinned-to-another-runner",
                        "The request names " + run.requestedRunnerId() + " as the only runner.",
                        "Fix that runner; or cancel the run, compile the intent again and request a run of that brief without runner_id.");
            case OFFERED ->
                new DispatchReason(
                        "offered-to-another",
                        "The run is offered to " + run.offerRunnerId() + " until " + run.offerExpiresAt() + ".",
                        "Wait: if that offer expires, the run is offered again.");
            case PROJECT ->
                new DispatchReason(
                        "not-allowed-project",
                        "It may not take runs of the project " + run.projectId() + ".",
                        "Add the project to its allowed_projects.");
            case TRUST ->
                new DispatchReason(
                        "untrusted-for-effect",
                        "The run may change something, and the runner is not trusted with this project.",
                        "Add the project to its trusted_projects, or request the run at a throttle that is read_only.");
            case INSTALLATION ->
                new DispatchReason(
                        "does-not-serve-installation",
                        "It does not serve the installation " + run.installationId() + ".",
                        "Add the installation to its installation_ids, or compile for one that it serves.");
            case VERSIONS ->
                new DispatchReason(
                        "schema-version-unsupported",
                        "It does not read " + ExecutionRequests.SCHEMA_VERSION + ".",
                        "Update the runner.");
            case DRAINING ->
                new DispatchReason(
                        "draining",
                        "It is draining: it takes no new runs.",
                        "Set its status back, or use another runner.");
            case CAPACITY ->
                new DispatchReason(
                        "at-capacity",
                        "It is at work on " + runsAtWork + " of " + runner.maxConcurrency() + " runs.",
                        "Wait for one to end, or raise its max_concurrency.");
        };
    }

    /** Nothing keeps the run from a runner that is away but its being away: its next poll would get it. */
    private static boolean isOffline(Runner runner, Instant now) {
        RunnerStatus status = runner.status(now);
        return status == RunnerStatus.REGISTERED || status == RunnerStatus.OFFLINE;
    }

    private static DispatchReason offline(Runner runner, Instant now) {
        return runner.status(now) == RunnerStatus.REGISTERED
                ? new DispatchReason("offline", "It has never polled.", "Start the runner.")
                : new DispatchReason(
                        "offline",
                        "It has not polled since " + runner.lastPollAt() + ".",
                        "Start the runner, or find out why it does not poll.");
    }
}
