package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.runner.RunnerRevoked;
import java.util.List;
import java.util.Map;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes back from a revoked runner what it has not started. What it has started ends with its lease, as if it had died. Source:
 * dispatch.md.
 */
@Component
class RevokedRunners {

    private final RunRequestRepository runs;
    private final RunMoves moves;
    private final Recovery recovery;
    private final RunLog log;
    private final QueueBell bell;
    private final JdbcClient jdbc;

    RevokedRunners(
            RunRequestRepository runs, RunMoves moves, Recovery recovery, RunLog log, QueueBell bell, JdbcClient jdbc) {
        this.runs = runs;
        this.moves = moves;
        this.recovery = recovery;
        this.log = log;
        this.bell = bell;
        this.jdbc = jdbc;
    }

    @EventListener
    @Transactional
    public void onRevocation(RunnerRevoked revoked) {
        String organization = revoked.runner().organizationId();
        List<String> held = jdbc.sql("""
                        select id from foundry_run_requests
                        where organization_id = :organization and completed_at is null
                          and (status = 'offered' and offer_runner_id = :runner or status = 'accepted' and runner_id = :runner)
                        for no key update
                        """)
                .param("organization", organization)
                .param("runner", revoked.runner().id())
                .query(String.class)
                .list();
        held.forEach(id -> takeBack(runs.reread(Caller.system(organization), id), revoked.caller()));
        bell.ring(organization);
    }

    private void takeBack(RunRequest run, Caller by) {
        if (run.status() == RunStatus.ACCEPTED) {
            recovery.giveBack(run, by.actor(), "runner-revoked", "");
        } else if (run.status() == RunStatus.OFFERED && moves.withdraw(run)) {
            log.moved(run, RunStatus.OFFERED, RunStatus.QUEUED, null, by.actor(), Map.of("because", "runner-revoked"));
        }
    }
}
