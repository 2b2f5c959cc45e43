package dev.alloy.run;

import dev.alloy.runner.Runner;
import dev.alloy.runner.RunnerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What keeps a waiting run from one runner; says the same as the query that offers runs. */
final class RunnerReasons {

    /** A runner, the run, and the moment at which they are looked at. */
    private record Pair(Runner runner, RunRequest run, int runsAtWork, Instant now) {}

    private interface Check {
        @Nullable
        Reason of(Pair pair);
    }

    private static final List<Check> TABLE = List.of(
            RunnerReasons::revoked,
            RunnerReasons::pinned,
            RunnerReasons::offeredToAnother,
            RunnerReasons::project,
            RunnerReasons::trust,
            RunnerReasons::installation,
            RunnerReasons::versions,
            RunnerReasons::draining,
            RunnerReasons::offline,
            RunnerReasons::capacity);

    private RunnerReasons() {}

    static List<Reason> of(Runner runner, RunRequest run, int runsAtWork, Instant now) {
        Pair pair = new Pair(runner, run, runsAtWork, now);
        return TABLE.stream()
                .map(check -> Optional.ofNullable(check.of(pair)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether the reason passes by itself, so that the runner is still one that the run can wait for. */
    static boolean isPassing(Reason reason) {
        return Stream.of("offered-to-another", "draining", "offline", "at-capacity")
                .anyMatch(reason.code()::equals);
    }

    private static @Nullable Reason revoked(Pair pair) {
        return pair.runner().isRevoked()
                ? new Reason("revoked", "Its key was revoked for good.", "Register another runner.")
                : null;
    }

    private static @Nullable Reason pinned(Pair pair) {
        String only = pair.run().requestedRunnerId();
        return only != null && !only.equals(pair.runner().id())
                ? new Reason(
                        "pinned-to-another-runner",
                        "The request names " + only + " as the only runner.",
                        "Request the run without runner_id, or see to that runner.")
                : null;
    }

    private static @Nullable Reason offeredToAnother(Pair pair) {
        RunRequest run = pair.run();
        boolean stands = run.status() == RunStatus.OFFERED
                && run.offerExpiresAt() != null
                && run.offerExpiresAt().isAfter(pair.now());
        return stands && !Objects.equals(run.offerRunnerId(), pair.runner().id())
                ? new Reason(
                        "offered-to-another",
                        "The run is offered to " + run.offerRunnerId() + " until " + run.offerExpiresAt() + ".",
                        "Wait: when that offer is not answered, the run is offered again.")
                : null;
    }

    private static @Nullable Reason project(Pair pair) {
        return pair.runner().allowedProjects().contains(pair.run().projectId())
                ? null
                : new Reason(
                        "not-allowed-project",
                        "It is not allowed the project " + pair.run().projectId() + ".",
                        "Add the project to its allowed_projects.");
    }

    private static @Nullable Reason trust(Pair pair) {
        boolean fine = pair.run().effect().equals("read_only")
                || pair.runner().trustedProjects().contains(pair.run().projectId());
        return fine
                ? null
                : new Reason(
                        "untrusted-for-effect",
                        "The run may change something, and the runner is not trusted with this project.",
                        "Add the project to its trusted_projects, or request the run at a throttle that is read_only.");
    }

    private static @Nullable Reason installation(Pair pair) {
        return pair.runner().installationIds().contains(pair.run().installationId())
                ? null
                : new Reason(
                        "does-not-serve-installation",
                        "It does not serve the installation " + pair.run().installationId() + ".",
                        "Add the installation to its installation_ids, or compile for one that it serves.");
    }

    private static @Nullable Reason versions(Pair pair) {
        return pair.runner().supportedSchemaVersions().contains(ExecutionRequests.SCHEMA_VERSION)
                ? null
                : new Reason(
                        "schema-version-unsupported",
                        "It does not read " + ExecutionRequests.SCHEMA_VERSION + ".",
                        "Update the runner.");
    }

    private static @Nullable Reason draining(Pair pair) {
        return pair.runner().status(pair.now()) == RunnerStatus.DRAINING
                ? new Reason(
                        "draining",
                        "It is draining: it takes nothing new.",
                        "Set its status back, or use another runner.")
                : null;
    }

    private static @Nullable Reason offline(Pair pair) {
        RunnerStatus status = pair.runner().status(pair.now());
        if (status == RunnerStatus.REGISTERED) {
            return new Reason("offline", "It has never polled.", "Start the runner.");
        }
        return status == RunnerStatus.OFFLINE
                ? new Reason(
                        "offline",
                        "It has not polled since " + pair.runner().lastPollAt() + ".",
                        "Start the runner, or see why it does not poll.")
                : null;
    }

    private static @Nullable Reason capacity(Pair pair) {
        return pair.runsAtWork() >= pair.runner().maxConcurrency()
                ? new Reason(
                        "at-capacity",
                        "It is at work on " + pair.runsAtWork() + " of "
                                + pair.runner().maxConcurrency() + " runs.",
                        "Wait for one to end, or raise its max_concurrency.")
                : null;
    }
}
