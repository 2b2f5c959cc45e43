package dev.alloy.run;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Notes signs of life of runners and of the installations they serve, at most every half minute and without a new version. */
@Component
class RunnerPresence {

    private final JdbcClient jdbc;

    RunnerPresence(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Locks the runner's row until commit, so that what one poll was given is seen by the next, and notes that it polled where the last
     * note is old.
     */
    void lockForPoll(String organizationId, String runnerId) {
        boolean isNews = jdbc.sql("""
                        select last_poll_at is null or last_poll_at < alloy_now() - interval '30 seconds'
                        from alloy_runners where organization_id = :organization and id = :runner
                        for no key update
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(Boolean.class)
                .single();
        if (isNews) {
            notePoll(organizationId, runnerId);
        }
    }

    private void notePoll(String organizationId, String runnerId) {
        jdbc.sql("""
                        update alloy_runners
                        set last_poll_at = alloy_now(), status = case when status = 'registered' then 'online' else status end
                        where organization_id = :organization and id = :runner
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .update();
        jdbc.sql("""
                        update foundry_installations set last_seen_at = alloy_now()
                        where owning_organization_id = :organization
                          and id in (
                              select i.id from foundry_installations i
                              join alloy_runners r on r.organization_id = i.owning_organization_id
                                  and i.id = any (r.installation_ids)
                              where i.owning_organization_id = :organization and r.id = :runner
                              -- Another runner that serves the same ones may be here at this moment.
                              for no key update of i skip locked)
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .update();
    }

    boolean isDraining(String organizationId, String runnerId) {
        return jdbc.sql("""
                        select status = 'draining' from alloy_runners
                        where organization_id = :organization and id = :runner
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(Boolean.class)
                .single();
    }

    void heartbeat(String organizationId, String runnerId) {
        jdbc.sql("""
                        update alloy_runners set last_heartbeat_at = alloy_now()
                        where organization_id = :organization and id = :runner
                          and (last_heartbeat_at is null or last_heartbeat_at < alloy_now() - interval '30 seconds')
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .update();
    }
}
