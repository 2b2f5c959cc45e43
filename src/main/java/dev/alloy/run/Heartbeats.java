package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.problem.ProblemException;
import dev.alloy.runner.RunnerPresence;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Renews the leases of runners that are at work. Source: dispatch.md, “Runner protocol”. */
@Service
@Transactional
public class Heartbeats {

    private final RunRequestRepository runs;
    private final UnknownRuns unknown;
    private final Leases leases;
    private final Attempts attempts;
    private final RunnerPresence presence;
    private final RunSettings settings;

    Heartbeats(
            RunRequestRepository runs,
            UnknownRuns unknown,
            Leases leases,
            Attempts attempts,
            RunnerPresence presence,
            RunSettings settings) {
        this.runs = runs;
        this.unknown = unknown;
        this.leases = leases;
        this.attempts = attempts;
        this.presence = presence;
        this.settings = settings;
    }

    /** A lease that a runner says it holds. */
    public record LeaseToRenew(String runRequestId, String leaseToken) {}

    /**
     * What one of several leases is answered with.
     *
     * @param pulse null when the lease does not hold
     * @param problem name of the problem that the lease has; null when it holds
     */
    public record LeaseRenewalOutcome(
            String runRequestId,
            @Nullable LeaseRenewal pulse,
            @Nullable String problem) {}

    /** Renews all the leases that a runner says it holds; those that do not hold are told so beside the others. */
    public List<LeaseRenewalOutcome> heartbeat(Caller runner, List<LeaseToRenew> leases) {
        presence.heartbeat(Objects.requireNonNull(runner.organizationId()), runner.name());
        // In one order whoever sends them, so that two heartbeats of a runner do not wait for one another.
        Map<LeaseToRenew, LeaseRenewalOutcome> renewed = new HashMap<>();
        leases.stream()
                .sorted(Comparator.comparing(LeaseToRenew::runRequestId).thenComparing(LeaseToRenew::leaseToken))
                .forEach(held -> renewed.computeIfAbsent(held, one -> renew(runner, one)));
        return leases.stream().map(renewed::get).map(Objects::requireNonNull).toList();
    }

    private LeaseRenewalOutcome renew(Caller runner, LeaseToRenew held) {
        try {
            return new LeaseRenewalOutcome(
                    held.runRequestId(), heartbeat(runner, held.runRequestId(), held.leaseToken()), null);
        } catch (ProblemException e) {
            return new LeaseRenewalOutcome(held.runRequestId(), null, e.type().slug());
        }
    }

    /**
     * What a heartbeat is answered with.
     *
     * @param directive {@code continue}, {@code cancel} when the run is to be called off, or {@code drain} when the runner takes
     *     nothing more
     * @param leaseExpiresAt when the lease ends unless it is renewed
     */
    public record LeaseRenewal(String directive, Instant leaseExpiresAt) {}

    /** Renews the lease of an attempt that is at work. */
    public LeaseRenewal heartbeat(Caller runner, String id, @Nullable String leaseToken) {
        RunRequest run = runs.find(runner, id).orElseThrow(() -> unknown.noSuchRun(runner, id));
        Attempt attempt = leases.require(runner, run, leaseToken);
        if (run.status() != RunStatus.ACCEPTED && run.status() != RunStatus.EXECUTING) {
            throw RunnerCallRefusals.wrongState(run, "heartbeat");
        }
        presence.heartbeat(run.organizationId(), runner.name());
        Instant expiresAt = attempts.renew(run.organizationId(), attempt.id(), settings.leaseTtl())
                .orElseThrow(Leases::over);
        String directive = run.cancelRequestedAt() != null
                ? "cancel"
                : presence.isDraining(run.organizationId(), runner.name()) ? "drain" : "continue";
        return new LeaseRenewal(directive, expiresAt);
    }
}
