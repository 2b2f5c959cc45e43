package dev.alloy.run;

import dev.alloy.access.Caller;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Runs that have not ended, which are few however many have: how many there are, and which have waited longest. */
@Service
@Transactional(readOnly = true)
public class ActiveRuns {

    private final RunRequestRepository runs;
    private final JdbcClient jdbc;

    ActiveRuns(RunRequestRepository runs, JdbcClient jdbc) {
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** How many runs within the caller's reach are in each state that is no end; a state without runs is left out. */
    public Map<RunStatus, Long> counts(Caller caller) {
        Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
        jdbc.sql("""
                        select status, count(*) as runs from foundry_run_requests
                        where completed_at is null
                          and (cast(:organization as text) is null or organization_id = :organization)
                          and (cast(:projects as text[]) is null or project_id = any (:projects))
                        group by status
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("projects", projects(caller), Types.ARRAY)
                .query(row -> {
                    counts.put(RunStatus.of(row.getString("status")), row.getLong("runs"));
                });
        return counts;
    }

    /**
     * The runs within the caller's reach that have been in a state for the longest time, these first.
     *
     * @param status a state that is no end
     * @param parked whether they were taken out of the queue by themselves
     * @param limit how many at most
     */
    public List<RunRequest> oldest(Caller caller, RunStatus status, boolean parked, int limit) {
        return jdbc
                .sql("""
                        select id from foundry_run_requests
                        where completed_at is null and status = :status and (parked_at is not null) = :parked
                          and (cast(:organization as text) is null or organization_id = :organization)
                          and (cast(:projects as text[]) is null or project_id = any (:projects))
                        order by state_since, id limit :limit
                        """)
                .param("status", status.wireName())
                .param("parked", parked)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("projects", projects(caller), Types.ARRAY)
                .param("limit", limit)
                .query(String.class)
                .list()
                .stream()
                .flatMap(id -> runs.find(caller, id).stream())
                .toList();
    }

    /** How many runs within the caller's reach were taken out of the queue by themselves. */
    public long parked(Caller caller) {
        return jdbc.sql("""
                        select count(*) from foundry_run_requests
                        where completed_at is null and status = 'queued' and parked_at is not null
                          and (cast(:organization as text) is null or organization_id = :organization)
                          and (cast(:projects as text[]) is null or project_id = any (:projects))
                        """)
                .param("organization", caller.organizationId(), Types.VARCHAR)
                .param("projects", projects(caller), Types.ARRAY)
                .query(Long.class)
                .single();
    }

    private static String @Nullable [] projects(Caller caller) {
        return caller.projectIds() == null ? null : caller.projectIds().toArray(String[]::new);
    }
}
