package dev.alloy.run;

import dev.alloy.testing.Replicas;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Asks what a runner's poll would take from the queue, and takes it back. */
public final class ClaimProbe {

    private final Replicas replicas;
    private final String organization;

    /** For the runs of an organization. */
    public ClaimProbe(Replicas replicas, String organization) {
        this.replicas = replicas;
        this.organization = organization;
    }

    /** Whether the runner would take anything. */
    public boolean takesAny(String runner) {
        return takes(runner, () -> {});
    }

    /** Whether the runner would take this run if no other waited. */
    public boolean takes(String runner, String run) {
        return takes(runner, () -> setOthersAside(run));
    }

    private boolean takes(String runner, Runnable before) {
        var transaction = new TransactionTemplate(replicas.bean(0, PlatformTransactionManager.class));
        return Boolean.TRUE.equals(transaction.execute(status -> {
            status.setRollbackOnly();
            before.run();
            setStandingOffersAside(runner);
            return replicas.bean(0, RunnerQueue.class)
                            .find(organization, runner)
                            .run()
                    != null;
        }));
    }

    /** A poll is answered with an offer that stands before it looks at the queue. */
    private void setStandingOffersAside(String runner) {
        replicas.bean(0, JdbcClient.class)
                .sql("""
                        update foundry_run_requests
                        set status = 'queued', offer_expires_at = null, parked_at = alloy_now(), parked_reason = 'set aside'
                        where organization_id = :organization and status = 'offered' and offer_runner_id = :runner
                        """)
                .param("organization", organization)
                .param("runner", runner)
                .update();
    }

    private void setOthersAside(String run) {
        replicas.bean(0, JdbcClient.class)
                .sql("""
                        update foundry_run_requests set parked_at = alloy_now(), parked_reason = 'set aside'
                        where organization_id = :organization and status = 'queued' and parked_at is null and id <> :run
                        """)
                .param("organization", organization)
                .param("run", run)
                .update();
    }
}
