package dev.alloy.run;

import dev.alloy.access.Caller;
import dev.alloy.runner.RunnerRevoked;
import java.util.List;
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

    private final Transitions transitions;
    private final Recovery recovery;
    private final JdbcClient jdbc;

    RevokedRunners(Transitions transitions, Recovery recovery, JdbcClient jdbc) {
        this.transitions = transitions;
        this.recovery = recovery;
        this.jdbc = jdbc;
    }

    @EventListener
    @Transactional
    public void onRevocation(RunnerRevoked revoked) {
        List<RunRequest> held = jdbc.sql("select " + RunRow.COLUMNS + """
                         from foundry_run_requests r
                        where r.organization_id = :organization
                          and r.id in (
                              select q.run_request_id from run_queue q
                              where q.organization_id = :organization and q.status = 'offered' and q.offer_runner_id = :runner
                              union
                              select t.run_request_id from run_attempts t
                              where t.organization_id = :organization and t.runner_id = :runner and t.lease_expires_at is not null)
                          and (r.status = 'offered' and r.offer_runner_id = :runner
                               or r.status = 'accepted' and r.runner_id = :runner)
                        order by r.id for no key update
                        """)
                .param("organization", revoked.runner().organizationId())
                .param("runner", revoked.runner().id())
                .query(RunRow.MAPPER)
                .list();
        held.forEach(run -> takeBack(run, revoked.caller()));
    }

    private void takeBack(RunRequest run, Caller by) {
        if (run.status() == RunStatus.ACCEPTED) {
            recovery.giveBack(run, by.actor(), "runner-revoked", "");
        } else {
            transitions.apply(run, Transition.withdraw(run, "runner-revoked"), by.actor());
        }
    }
}
