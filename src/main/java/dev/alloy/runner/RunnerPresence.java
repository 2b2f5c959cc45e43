package dev.alloy.runner;

import dev.alloy.installation.SeenInstallations;
import java.sql.Array;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Notes signs of life of runners and of the installations they serve, at most every half minute and without a new version. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class RunnerPresence {

    private final SeenInstallations installations;
    private final JdbcClient jdbc;

    RunnerPresence(SeenInstallations installations, JdbcClient jdbc) {
        this.installations = installations;
        this.jdbc = jdbc;
    }

    /** Notes that a runner polled. The query that offers runs says when the last note is old. */
    public void notePoll(String organizationId, String runnerId) {
        List<String> served = jdbc.sql("""
                        update alloy_runners
                        set last_poll_at = alloy_now(), status = case when status = 'registered' then 'online' else status end
                        where organization_id = :organization and id = :runner
                        returning installation_ids
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query((row, n) -> {
                    Array ids = row.getArray(1);
                    return List.of((String[]) ids.getArray());
                })
                .single();
        installations.seen(organizationId, served);
    }

    /** Whether the runner takes nothing more. */
    public boolean isDraining(String organizationId, String runnerId) {
        return jdbc.sql("""
                        select status = 'draining' from alloy_runners
                        where organization_id = :organization and id = :runner
                        """)
                .param("organization", organizationId)
                .param("runner", runnerId)
                .query(Boolean.class)
                .single();
    }

    /** Notes that the runner is at work. */
    public void heartbeat(String organizationId, String runnerId) {
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
