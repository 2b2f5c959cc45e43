package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.audit.Actor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends what nobody answers: offers, leases, the time in the queue. Plain methods, for a schedule and for polls that find nothing.
 * Each run moves in one transaction with its history; whoever comes second finds it moved. Source: dispatch.md, “Nothing waits
 * for ever”.
 */
@Service
@Transactional
class Recovery {

    private final RunRequestRepository runs;
    private final RecoveryMoves moves;
    private final Attempts attempts;
    private final RunLog log;
    private final RunQueue queue;
    private final RunSettings settings;
    private final JdbcClient jdbc;

    Recovery(
            RunRequestRepository runs,
            RecoveryMoves moves,
            Attempts attempts,
            RunLog log,
            RunQueue queue,
            RunSettings settings,
            JdbcClient jdbc) {
        this.runs = runs;
        this.moves = moves;
        this.attempts = attempts;
        this.log = log;
        this.queue = queue;
        this.settings = settings;
        this.jdbc = jdbc;
    }

    /**
     * Ends what is over at this moment.
     *
     * @param organizationId whose runs
     * @return how many runs moved
     */
    public int sweep(String organizationId) {
        return expireOffers(organizationId)
                + expireLeases(organizationId)
                + expireQueue(organizationId)
                + queue.replaceEnded(organizationId);
    }

    /** The organizations in which something is over at this moment. */
    @Transactional(readOnly = true)
    public List<String> organizationsToSweep() {
        return jdbc.sql("""
                        select organization_id from foundry_run_requests
                        where offer_expires_at <= alloy_now() and accepted_at is null and completed_at is null and status = 'offered'
                        union
                        select organization_id from run_attempts where lease_expires_at <= alloy_now()
                        union
                        select organization_id from foundry_run_requests
                        where queue_expires_at <= alloy_now() and accepted_at is null and completed_at is null
                        union
                        select organization_id from foundry_run_requests
                        where expires_at <= alloy_now() and accepted_at is null and completed_at is null
                        """).query(String.class).list();
    }

    private int expireOffers(String organizationId) {
        List<String> expired = moves.expireOffers(organizationId);
        expired.forEach(id -> {
            RunRequest run = run(organizationId, id);
            Map<String, Object> detail =
                    Map.of("because", "offer-expired", "runner_id", String.valueOf(run.offerRunnerId()));
            log.moved(run, RunStatus.OFFERED, RunStatus.QUEUED, null, system(organizationId), detail);
            if (run.parkedAt() != null) {
                log.noted(
                        run,
                        "parked",
                        null,
                        system(organizationId),
                        Map.of("reason", String.valueOf(run.parkedReason())));
            }
        });
        return expired.size();
    }

    private int expireLeases(String organizationId) {
        List<String> over = moves.leasesOver(organizationId);
        over.forEach(id -> leaseOver(run(organizationId, id)));
        return over.size();
    }

    private void leaseOver(RunRequest run) {
        Actor system = system(run.organizationId());
        switch (LeaseEnd.of(run)) {
            case LOSE -> {
                if (moves.lose(run)) {
                    attempts.newest(run).ifPresent(attempt -> attempts.lapse(run.organizationId(), attempt.id()));
                    moved(run, RunStatus.LOST, system, Map.of("because", "lease-over"));
                }
            }
            case CANCEL -> {
                if (moves.end(run, RunStatus.CANCELLED, null)) {
                    close(run);
                    moved(run, RunStatus.CANCELLED, system, Map.of("because", "lease-over"));
                }
            }
            case GIVE_BACK -> giveBack(run, system, "lease-over", "");
        }
    }

    private int expireQueue(String organizationId) {
        List<String> overdue = moves.overdue(organizationId);
        overdue.forEach(id -> {
            RunRequest run = run(organizationId, id);
            Failure failure = run.status() == RunStatus.QUEUED
                    ? Failure.dispatch("expired-in-queue", "No runner took the run while it was to wait.")
                    : Failure.dispatch("expired-unapproved", "No approval was given while the run was to wait.");
            if (moves.end(run, RunStatus.FAILED, failure)) {
                moved(run, RunStatus.FAILED, system(organizationId), Map.of("failure", failure.code()));
            }
        });
        return overdue.size();
    }

    /**
     * Takes a run from its runner: back to the queue, or failed when it was attempted often enough. The run is locked.
     *
     * @param because {@code released}, {@code lease-over}, {@code runner-revoked}, or what came to stop it
     * @param reason what the runner said; empty for nothing
     * @return where the run is now
     */
    RunStatus giveBack(RunRequest run, Actor actor, String because, String reason) {
        Map<String, Object> detail =
                reason.isEmpty() ? Map.of("because", because) : Map.of("because", because, "reason", reason);
        if (run.attempts() >= settings.maxAttempts()) {
            Failure failure = Failure.dispatch(
                    "attempts-exhausted", "The run was attempted " + run.attempts() + " times and never ended.");
            if (moves.end(run, RunStatus.FAILED, failure)) {
                close(run);
                moved(run, RunStatus.FAILED, actor, Map.of("because", because, "failure", failure.code()));
            }
            return RunStatus.FAILED;
        }
        if (moves.requeue(run)) {
            close(run);
            moved(run, RunStatus.QUEUED, actor, detail);
            queue.replaceEnded(run.organizationId());
        }
        return RunStatus.QUEUED;
    }

    private void close(RunRequest run) {
        attempts.newest(run).ifPresent(attempt -> attempts.close(run.organizationId(), attempt.id()));
    }

    private void moved(RunRequest run, RunStatus to, Actor actor, Map<String, Object> detail) {
        log.moved(run, run.status(), to, attempt(run), actor, detail);
    }

    private static @Nullable Integer attempt(RunRequest run) {
        return run.acceptedAt() == null ? null : run.attempts();
    }

    private RunRequest run(String organizationId, String id) {
        return runs.reread(Caller.system(organizationId), id);
    }

    private static Actor system(String organizationId) {
        return Caller.system(organizationId).actor();
    }
}
