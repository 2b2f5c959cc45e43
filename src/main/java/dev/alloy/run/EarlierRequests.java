package dev.alloy.run;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds the runs that were requested before with the same brief, prompts and throttle. */
@Component
class EarlierRequests {

    private final JdbcClient jdbc;

    EarlierRequests(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The highest ordinal in the run's chain, and among what the person ran again of the same brief, prompts and throttle. */
    int lastOrdinal(RunRequest first, String requestedBy) {
        return jdbc.sql("""
                        select coalesce(max(reexecution_ordinal), 0) from foundry_run_requests
                        where organization_id = :organization
                          and (id = :id or formation_brief_id = :brief and prompt_pack_id = :pack
                               and throttle = :throttle and requested_by = :requestedBy)
                        """)
                .param("organization", first.organizationId())
                .param("id", first.id())
                .param("brief", first.formationBriefId())
                .param("pack", first.promptPackId())
                .param("throttle", first.throttle())
                .param("requestedBy", requestedBy)
                .query(Integer.class)
                .single();
    }

    /**
     * Counts that the same request came again, and answers its run. What makes it the same is compared, not its key: the key
     * holds the payload, which a newer version of the service may write differently.
     */
    Optional<RunRequest> countReplay(
            String organizationId, String briefId, String packId, String throttle, String requestedBy) {
        return jdbc.sql("""
                        with replayed as (
                            update foundry_run_requests set transport_replays = transport_replays + 1
                            where organization_id = :organization and formation_brief_id = :brief and prompt_pack_id = :pack
                              and throttle = :throttle and requested_by = :requestedBy and supersedes is null
                            returning *)
                        select\s""" + RunRow.COLUMNS + " from replayed r")
                .param("organization", organizationId)
                .param("brief", briefId)
                .param("pack", packId)
                .param("throttle", throttle)
                .param("requestedBy", requestedBy)
                .query(RunRow.MAPPER)
                .optional();
    }
}
